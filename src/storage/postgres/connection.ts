import { randomUUID } from 'node:crypto'
import { Client, DatabaseError, type Submittable } from 'pg'
import type { Row, SqlValue, Statement } from '../engine.ts'
import { Refusal } from '../../core/refusal.ts'
import { PreparedRun, ServerStatements, type ExtendedQuery } from './prepared-run.ts'
import { parserOf } from './result-values.ts'
import { type PreparedText, preparedText } from './statement-text.ts'

/** Milliseconds to connect. */
const CONNECT_TIMEOUT = 5_000

/** The driver's own statements parse results as those of the program. */
const types = { getTypeParser: parserOf }

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
  readonly #end: AbortController
  readonly #prepared = new ServerStatements()
  #pending = 0
  #corked = false

  private constructor(client: Client, end: AbortController) {
    this.#client = client
    this.ended = end.signal
    this.#end = end
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
    const connection = new PostgresConnection(client, end)
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
  statement(statement: Statement, text = preparedText(statement)): Promise<readonly Row[]> {
    const { args } = statement
    if (!args.some(hasNul)) return this.#answer(() => this.#run(text, args))
    if (text.reads) return this.#answer(() => this.#run(text, args.map(matchingNothing)))
    return Promise.reject(new Refusal('bad-syntax', 'A text contains the character NUL'))
  }

  /** Runs a statement of the engine. Lists become arrays. */
  run<R = Row>(text: string, args?: readonly unknown[]): Promise<readonly R[]> {
    return this.#answer(() => this.#query<R>({ text, ...(args && { values: [...args] }) }))
  }

  /** Runs a statement of the engine that is prepared under that name. */
  prepared<R = Row>(name: string, text: string, args: readonly unknown[]): Promise<readonly R[]> {
    return this.#answer(() => this.#query<R>({ text, name, values: [...args] }))
  }

  #run(text: PreparedText, args: readonly SqlValue[]): Promise<readonly Row[]> {
    return new Promise((resolve, reject) => {
      const answered = (error: unknown, rows?: readonly Row[]) => (rows ? resolve(rows) : reject(error))
      const run = new PreparedRun(text, args, this.#prepared, answered)
      this.#client.query(run as unknown as Submittable)
    })
  }

  async #query<R>(query: { text: string; name?: string; values?: unknown[] }): Promise<readonly R[]> {
    return (await this.#client.query(query)).rows as R[]
  }

  async #answer<R>(send: () => Promise<readonly R[]>): Promise<readonly R[]> {
    if (this.ended.aborted) throw new ConnectionLost('closed')
    this.#pending++
    this.#cork()
    try {
      return await send()
    } catch (error) {
      if (endsConnection(sqlStateOf(error))) this.#giveUp()
      else if (!this.ended.aborted) throw error
      throw new ConnectionLost(error)
    } finally {
      this.#pending--
    }
  }

  /** The statements of one turn leave in one write. */
  #cork(): void {
    if (this.#corked) return
    this.#corked = true
    const { stream } = wireOf(this.#client)
    stream.cork()
    process.nextTick(() => {
      this.#corked = false
      stream.uncork()
    })
  }

  /** The server ends the connection: what is sent now gets no answer. */
  #giveUp(): void {
    this.#end.abort()
    void this.#client.end().catch(() => {})
  }

  /** Ends the connection at once. */
  destroy(): void {
    wireOf(this.#client).stream.destroy()
  }

  /** Waits for the statements under way, then closes. */
  async close(): Promise<void> {
    await this.#client.end().catch(() => {})
  }
}

const hasNul = (value: SqlValue): boolean => typeof value === 'string' && value.includes('\0')

/** PostgreSQL cannot store U+0000. A text that no row contains and that nobody can guess takes its place in a search. */
const nothing = `\u{10FFFF}${randomUUID()}`

const matchingNothing = (value: SqlValue): SqlValue => (hasNul(value) ? nothing : value)

const wireOf = (client: Client): ExtendedQuery =>
  (client as unknown as { readonly connection: ExtendedQuery }).connection
