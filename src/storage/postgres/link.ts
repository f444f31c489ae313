import { Refusal, refuse } from '../../core/refusal.ts'
import type { Log } from '../../core/log.ts'
import type { World } from '../../core/world.ts'
import { ConnectionLost, PostgresConnection } from './connection.ts'

/** Milliseconds after a loss for which callers wait for a new connection; later ones are refused until there is one. */
const PATIENCE = 2_000
/** Milliseconds for which callers wait for the first connection: the database answered when the node started. */
const FIRST_PATIENCE = 5_000
const FIRST_PAUSE = 50
const LONGEST_PAUSE = 2_000

export interface LinkOptions {
  readonly open: () => Promise<PostgresConnection>
  readonly world: World
  readonly log: Log
  /** Called with each new connection before anyone else has it. */
  readonly prepare?: (connection: PostgresConnection) => Promise<void>
}

/** A connection that is opened when it is first needed, and again after it was lost. */
export class Link {
  readonly #options: LinkOptions
  #connection: PostgresConnection | undefined
  #connecting: Promise<PostgresConnection> | undefined
  /** When the connection was lost, by {@link World.elapsed}. */
  #lostAt: number | undefined
  #closed = false
  #wake: (() => void) | undefined

  constructor(options: LinkOptions) {
    this.#options = options
  }

  /** The connection, if there is one now. */
  get current(): PostgresConnection | undefined {
    return this.#connection?.ended.aborted === false ? this.#connection : undefined
  }

  /** Refuses `busy` if the database has been away for two seconds, or five before the first connection. */
  async get(): Promise<PostgresConnection> {
    const { current } = this
    if (current) return current
    if (this.#closed) throw new Error('The store is closed')
    const { world } = this.#options
    this.#lostAt ??= world.elapsed()
    this.#connecting ??= this.#connect()
    const patience = this.#connection ? PATIENCE : FIRST_PATIENCE
    const left = this.#lostAt + patience - world.elapsed()
    const late = Promise.withResolvers<undefined>()
    const forget = world.after(Math.max(0, left), () => late.resolve(undefined))
    const connection = await Promise.race([this.#connecting, late.promise])
    forget()
    return connection ?? refuse('busy', 'The database cannot be reached')
  }

  /** Connects once, at the start. Rejects with what went wrong. */
  async first(): Promise<void> {
    const connection = await this.#options.open()
    try {
      await this.#options.prepare?.(connection)
    } catch (error) {
      await connection.close()
      throw error
    }
    this.#keep(connection)
  }

  /** Connects without a caller, so that the connection is there when one comes. */
  keepOpen(): void {
    if (this.#closed || this.current) return
    this.#lostAt ??= this.#options.world.elapsed()
    this.#connecting ??= this.#connect()
  }

  async #connect(): Promise<PostgresConnection> {
    const { open, prepare, log } = this.#options
    for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      try {
        const connection = await open()
        await prepare?.(connection)
        if (this.#closed) await connection.close()
        else this.#keep(connection)
        return connection
      } catch (error) {
        if (this.#closed) throw error
        // After the first seconds once a minute would do, but a pause of two seconds is seldom enough for a log.
        if (pause > FIRST_PAUSE) log.warn({ error }, 'PostgreSQL cannot be reached')
        await this.#pause(pause)
        if (this.#closed) throw new ConnectionLost('closed')
      }
    }
  }

  #keep(connection: PostgresConnection): void {
    this.#connection = connection
    this.#connecting = undefined
    this.#lostAt = undefined
    const lost = () => {
      if (this.#closed) return
      this.#options.log.warn({}, 'A connection to PostgreSQL was lost')
      this.keepOpen()
    }
    connection.ended.addEventListener('abort', lost, { once: true })
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const forget = this.#options.world.after(milliseconds, resolve)
      this.#wake = () => {
        forget()
        resolve()
      }
    })
  }

  /** Gives the connection up, and opens another. Statements without an answer fail. */
  drop(): void {
    this.#connection?.destroy()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#wake?.()
    await this.#connecting?.catch(() => {})
    await this.#connection?.close()
  }
}

/**
 * Limits the statements that run or wait on the connections of one purpose. More are refused, so that a slow database
 * costs no memory.
 */
export class StatementLimit {
  readonly #most: number
  #underWay = 0

  constructor(most: number) {
    this.#most = most
  }

  async run<T>(statement: () => Promise<T>): Promise<T> {
    if (this.#underWay >= this.#most) throw tooMany
    this.#underWay++
    try {
      return await statement()
    } finally {
      this.#underWay--
    }
  }
}

const tooMany = new Refusal('busy', 'Too many statements wait for the database')
