import type { Duplex } from 'node:stream'
import { Query } from 'pg'
import type { Row, SqlValue } from '../engine.ts'
import { type ParseValue, parserOf } from './result-values.ts'
import type { PreparedText } from './statement-text.ts'

/** Statements that a connection keeps prepared: those used last. Each costs memory in the server. */
const PREPARED = 500

/** The part of the driver's connection that sends messages of the protocol. */
export interface ExtendedQuery {
  readonly stream: Duplex
  parse(message: { readonly name: string; readonly text: string }): void
  bind(message: { readonly statement: string; readonly values: readonly EncodedValue[] }): void
  describe(message: { readonly type: 'P' }): void
  execute(message: { readonly portal: '' }): void
  close(message: { readonly type: 'S'; readonly name: string }): void
  sync(): void
}

/** Octets are sent as they are, everything else as text. */
type EncodedValue = string | Buffer | null

interface Column {
  readonly name: string
  readonly parse: ParseValue
}

interface PreparedStatement {
  readonly name: string
  /** Known after the first run; empty if the statement returns no rows. */
  columns?: readonly Column[]
}

/** The statements that one connection has prepared. */
export class ServerStatements {
  readonly #known = new Map<PreparedText, PreparedStatement>()
  /** Names of statements that the server must close. */
  #closing: string[] = []
  #count = 0

  /** The prepared statement of a text; `close` is defined if it must be parsed first, after those were closed. */
  get(text: PreparedText): { readonly statement: PreparedStatement; readonly close?: readonly string[] } {
    const known = this.#known.get(text)
    if (known) {
      this.#known.delete(text)
      this.#known.set(text, known)
      return { statement: known }
    }
    const statement: PreparedStatement = { name: `s${this.#count++}` }
    this.#known.set(text, statement)
    if (this.#known.size > PREPARED) this.forget(this.#known.keys().next().value!)
    const close = this.#closing
    this.#closing = []
    return { statement, close }
  }

  forget(text: PreparedText): void {
    const statement = this.#known.get(text)
    if (!statement) return
    this.#known.delete(text)
    // Closing a statement that does not exist is not an error.
    this.#closing.push(statement.name)
  }
}

/** The driver accepts in a pipeline only what extends its own class. */
const DriverQuery = Query as unknown as new (text: string) => object

/**
 * A statement on its way through the pipeline. The driver calls it as the answers arrive. In place of the driver's own
 * class, it asks for the columns of a statement once, and keeps a limited number of statements prepared.
 */
export class PreparedRun extends DriverQuery {
  readonly #text: PreparedText
  readonly #args: readonly SqlValue[]
  readonly #prepared: ServerStatements
  readonly #rows: Row[] = []
  #statement: PreparedStatement | undefined
  #columns: readonly Column[] = []
  /** Whether this run parses the statement. */
  #parses = false
  #failed = false
  /** The driver demands that it exists and replaces it when it is told of a timeout. */
  callback: (error: unknown, rows?: readonly Row[]) => void

  constructor(
    text: PreparedText,
    args: readonly SqlValue[],
    prepared: ServerStatements,
    callback: (error: unknown, rows?: readonly Row[]) => void,
  ) {
    super('')
    this.#text = text
    this.#args = args
    this.#prepared = prepared
    this.callback = callback
  }

  submit(wire: ExtendedQuery): null {
    const { statement, close } = this.#prepared.get(this.#text)
    if (close) {
      for (const name of close) wire.close({ type: 'S', name })
      wire.parse({ name: statement.name, text: this.#text.text })
      this.#parses = true
    }
    wire.bind({ statement: statement.name, values: this.#args.map(encoded) })
    if (statement.columns) this.#columns = statement.columns
    else wire.describe({ type: 'P' })
    wire.execute({ portal: '' })
    wire.sync()
    this.#statement = statement
    return null
  }

  handleRowDescription({ fields }: { fields: readonly { name: string; dataTypeID: number }[] }): void {
    this.#columns = fields.map(({ name, dataTypeID }) => ({ name, parse: parserOf(dataTypeID) }))
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    const row: Record<string, SqlValue> = {}
    for (const [at, { name, parse }] of this.#columns.entries()) {
      const text = fields[at]!
      row[name] = text === null ? null : parse(text)
    }
    this.#rows.push(row)
  }

  handleCommandComplete(): void {}

  handleEmptyQuery(): void {}

  handlePortalSuspended(): void {}

  handleError(error: unknown): void {
    this.#failed = true
    // It is not known whether the server parsed it.
    if (this.#parses || isStale(error)) this.#prepared.forget(this.#text)
    this.callback(error)
  }

  handleReadyForQuery(): void {
    if (this.#failed) return
    if (this.#statement) this.#statement.columns ??= this.#columns
    this.callback(undefined, this.#rows)
  }
}

/** The server no longer has the statement, or a step of the schema changed its columns. */
export const isStale = (error: unknown): boolean => {
  const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown }
  return code === '26000' || (code === '0A000' && String(message).includes('cached plan'))
}

function encoded(value: SqlValue): EncodedValue {
  if (value === null || typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  return Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength)
}
