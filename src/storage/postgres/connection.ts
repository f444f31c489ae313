import { Client, DatabaseError } from 'pg'
import type { Row, SqlValue, Statement } from '../engine.ts'
import { Refusal } from '../../core/refusal.ts'
import { type PreparedText, preparedText } from './statement-text.ts'

/** Milliseconds to connect. */
const CONNECT_TIMEOUT = 5_000

/** Object identifiers of types whose values are not texts. */
const BOOL = 16
const BYTEA = 17
const NUMBERS: ReadonlySet<number> = new Set([20, 21, 23, 26, 700, 701, 1700])

const truth = (text: string): number => Number(text === 't')
const octets = (text: string): Uint8Array => {
  const { buffer, byteOffset, length } = Buffer.from(text.slice(2), 'hex')
  return new Uint8Array(buffer, byteOffset, length)
}
const asIs = (text: string): string => text

/** Parses results as SQLite returns them: whole numbers, 0 and 1 for a condition, Uint8Arrays for octets. */
const types = {
  getTypeParser(type: number) {
    if (NUMBERS.has(type)) return Number
    if (type === BYTEA) return octets
    return type === BOOL ? truth : asIs
  },
}

/** PostgreSQL lost the connection, or it ends all connections. What was sent may have been done. */
export class ConnectionLost extends Error {
  constructor(cause: unknown) {
    super('The connection to PostgreSQL was lost', { cause })
    this.name = 'ConnectionLost'
  }
}

/** SQLSTATE of an error that PostgreSQL reported; undefined for any other error. */
export const sqlStateOf = (error: unknown): string | undefined =>
  error instanceof DatabaseError ? error.code : undefined

/** Class 57P: the server stops; 08: the connection failed; 25006: it is now a standby, which only reads. */
const endsConnection = (state = ''): boolean => state.startsWith('57P') || state.startsWith('08') || state === '25006'

/**
 * One connection in pipeline mode: statements are sent at once, run in the order in which they were sent, and fail
 * separately.
 */
export class PostgresConnection {
  readonly #client: Client
  /** Aborts when the connection is lost or was closed. */
  readonly ended: AbortSignal
  #pending = 0

  private constructor(client: Client, ended: AbortSignal) {
    this.#client = client
    this.ended = ended
  }

  /** Connects, and runs `settings` as the first statements. */
  static async open(url: string, settings: readonly string[] = []): Promise<PostgresConnection> {
    const end = new AbortController()
    const client = new Client({
      connectionString: url,
      pipeline: true,
      types,
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_TIMEOUT,
      fallback_application_name: 'postern',
    })
    client.on('error', () => end.abort())
    client.on('end', () => end.abort())
    await client.connect()
    const connection = new PostgresConnection(client, end.signal)
    await Promise.all(settings.map((text) => connection.run(text)))
    return connection
  }

  /** The number of statements that have no answer yet. */
  get pending(): number {
    return this.#pending
  }

  /** Calls `heard` with each notification of LISTEN. */
  listen(heard: (payload: string) => void): void {
    this.#client.on('notification', ({ payload }) => heard(payload ?? ''))
  }

  /** Runs a statement of the program. A text with NUL cannot be stored: a read finds nothing, a write is refused. */
  statement(statement: Statement): Promise<readonly Row[]> {
    const prepared = preparedText(statement)
    if (statement.args.some(hasNul)) {
      if (prepared.reads) return Promise.resolve([])
      return Promise.reject(new Refusal('bad-syntax', 'A text contains the character NUL'))
    }
    return this.#send(prepared, statement.args)
  }

  /** Runs a statement of the engine. Lists become arrays. */
  run<R = Row>(text: string, args?: readonly unknown[]): Promise<readonly R[]> {
    return this.#send({ text, name: undefined }, args) as Promise<readonly R[]>
  }

  /** Runs a statement of the engine that is prepared under that name. */
  prepared<R = Row>(name: string, text: string, args: readonly unknown[]): Promise<readonly R[]> {
    return this.#send({ text, name }, args) as Promise<readonly R[]>
  }

  async #send(
    { text, name }: Pick<PreparedText, 'text' | 'name'>,
    args: readonly unknown[] | undefined,
  ): Promise<readonly Row[]> {
    if (this.ended.aborted) throw new ConnectionLost('closed')
    this.#pending++
    try {
      const values = args as unknown[] | undefined
      const { rows } = await this.#client.query({
        text,
        ...(name !== undefined && { name }),
        ...(values && { values }),
      })
      return rows as Row[]
    } catch (error) {
      if (endsConnection(sqlStateOf(error))) void this.#client.end().catch(() => {})
      else if (!this.ended.aborted) throw error
      throw new ConnectionLost(error)
    } finally {
      this.#pending--
    }
  }

  /** Waits for the statements under way, then closes. */
  async close(): Promise<void> {
    await this.#client.end().catch(() => {})
  }
}

const hasNul = (value: SqlValue): boolean => typeof value === 'string' && value.includes('\0')
