import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Row, Statement, SqlValue } from '../engine.ts'

/** Statements with text built at run time that stay prepared. */
const TEXTS = 256

/**
 * Runs statements on one connection and keeps them prepared: those of a template for ever, others while they are in
 * use.
 */
export class PreparedStatements {
  readonly #database: DatabaseSync
  readonly #bySite = new WeakMap<readonly string[], StatementSync>()
  readonly #byText = new Map<string, StatementSync>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  all(statement: Statement): readonly Row[] {
    return this.#prepared(statement.parts).all(...statement.args.map(bindable)) as readonly Row[]
  }

  #prepared(parts: readonly string[]): StatementSync {
    const known = this.#bySite.get(parts)
    if (known) return known
    const text = parts.join('?')
    // A template's parts are one frozen object for as long as the program runs. Other arrays may be built for each
    // call.
    if (!('raw' in parts)) return this.#preparedText(text)
    const prepared = this.#database.prepare(text)
    this.#bySite.set(parts, prepared)
    return prepared
  }

  #preparedText(text: string): StatementSync {
    const prepared = this.#byText.get(text) ?? this.#database.prepare(text)
    this.#byText.delete(text)
    this.#byText.set(text, prepared)
    if (this.#byText.size > TEXTS) this.#byText.delete(this.#byText.keys().next().value!)
    return prepared
  }
}

/** A JavaScript number is bound as a float, a bigint as an integer. Whole numbers must stay whole. */
const bindable = (value: SqlValue) => (Number.isSafeInteger(value) ? BigInt(value as number) : value)
