import type { ServerResponse } from 'node:http'
import type { Connection } from '../../core/connections/connection.ts'
import { refuse } from '../../core/refusal.ts'

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
    const over = (): void => this.#over()
    answer.on('finish', over).on('close', over)
  }

  /** Resolves when it is this request's turn. */
  turn(): Promise<void> {
    return this.#connection?.turn() ?? Promise.resolve()
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
    this.#leave?.()
    if (this.#isAccepted) this.#connection?.idle()
    else this.#connection?.touch()
    if (!this.#isAccepted && this.#answer.statusCode >= 400) this.#connection?.refused()
  }
}
