import type { ServerResponse } from 'node:http'
import type { Connection } from '../../core/connections/connection.ts'
import { refuse } from '../../core/refusal.ts'

/** Requests without a complete answer, by connection. */
const pending = new WeakMap<Connection, number>()

/** The use of a connection by one request: `Connections` ends unused connections first. */
export class ConnectionUse {
  readonly #connection: Connection | undefined
  #leave: (() => void) | undefined
  #isAccepted = false
  #isOver = false
  readonly #answer: ServerResponse

  constructor(connection: Connection | undefined, answer: ServerResponse) {
    this.#connection = connection
    this.#answer = answer
    if (!connection) return
    connection.touch()
    pending.set(connection, (pending.get(connection) ?? 0) + 1)
    const over = (): void => this.#over()
    answer.on('finish', over).on('close', over)
  }

  /** Resolves when it is this request's turn. Refuses `gone` when the connection was closed meanwhile. */
  async turn(): Promise<void> {
    if (!this.#connection) return
    await this.#connection.turn({ isPipelined: pending.get(this.#connection)! > 1 })
    if (!this.#connection.isOpen) refuse('gone', 'The client is gone')
  }

  /** The token was accepted: the connection counts for the caller until the request has been answered. */
  admitted(caller: string): void {
    this.#isAccepted = true
    if (!this.#connection) return
    this.#leave =
      this.#connection.signIn(caller) ?? refuse('busy', 'The caller has too many connections. Try again later.')
  }

  /** The client proved its identity in the request, for example at the token endpoint. */
  accepted(): void {
    this.#isAccepted = true
  }

  #over(): void {
    if (this.#isOver) return
    this.#isOver = true
    if (this.#connection) pending.set(this.#connection, pending.get(this.#connection)! - 1)
    this.#leave?.()
    if (this.#isAccepted) this.#connection?.idle()
    else this.#connection?.touch()
    if (!this.#isAccepted && this.#answer.statusCode >= 400) this.#connection?.refused()
  }
}
