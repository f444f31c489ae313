import { ask, type Row, type Sql, type SqlValue } from '../../../storage/engine.ts'
import type { TableShape } from '../../../storage/sqlite/tables.ts'
import { copiesOf } from './migrate-bytes.ts'
import { HOLD, keyAt, noteStep, placeOf, stepOf } from './progress-rows.ts'
import { insertsOf, keyOf, pageOf } from './statements.ts'

/** Rows that one transaction copies. */
const TOGETHER = 256
/** PostgreSQL stores no NUL in a text. */
const NUL = '\0'
const REPLACEMENT = '\uFFFD'

/** Copies the rows of a table. Continues where it was interrupted. */
export async function copyRows(source: Sql, target: Sql, table: TableShape): Promise<void> {
  const step = `rows of ${table.name}`
  const before = await stepOf(target, step)
  if (before?.done === 1) return
  for (let after = before && keyAt(before.place); ;) {
    const found = await source.all(pageOf(table, after, TOGETHER))
    const rows = await rowsFor(target, table, found)
    const done = found.length < TOGETHER
    const last = found.at(-1)
    after = last ? keyOf(table, last) : after
    const place = after ? placeOf(after) : '[]'
    await target.write(function* () {
      for (const statement of insertsOf(table, rows)) yield* ask(statement)
      yield* noteStep({ name: step, place, done: done ? 1 : 0 })
    }, HOLD)
    if (done) return
  }
}

/** Compares the rows of a table. Returns their number, or throws if one differs. */
export async function compareRows(source: Sql, target: Sql, table: TableShape): Promise<number> {
  let count = 0
  for (let after: readonly SqlValue[] | undefined; ;) {
    const found = await source.all(pageOf(table, after, TOGETHER))
    const copies = await target.all(pageOf(table, after, TOGETHER))
    const requested = await rowsFor(target, table, found)
    for (const [at, row] of requested.entries()) {
      const copy = copies[at]
      const other = copy === undefined || table.columns.some((column) => !isSame(row[column]!, copy[column]!))
      if (other) throw new Error(`The row ${placeOf(keyOf(table, row))} of ${table.name} differs from its copy`)
    }
    if (copies.length > found.length) throw new Error(`The copy of ${table.name} has more rows than its source`)
    count += found.length
    if (found.length < TOGETHER) return count
    after = keyOf(table, found.at(-1)!)
  }
}

/** Rows of the source as the target has them. */
async function rowsFor(target: Sql, { name, columns }: TableShape, rows: readonly Row[]): Promise<readonly Row[]> {
  const naming = columns.includes('blob')
  const copies = await copiesOf(target, naming ? rows.map((row) => String(row['blob'])) : [])
  const valueOf = (column: string, value: SqlValue): SqlValue => {
    if (naming && column === 'blob') {
      return (
        copies.get(String(value)) ?? raise(`A row of ${name} names the bytes ${String(value)}, which were not copied`)
      )
    }
    return typeof value === 'string' && value.includes(NUL) ? value.replaceAll(NUL, REPLACEMENT) : value
  }
  return rows.map((row) => Object.fromEntries(columns.map((column) => [column, valueOf(column, row[column]!)])))
}

const raise = (text: string): never => {
  throw new Error(text)
}

const isSame = (value: SqlValue, copy: SqlValue): boolean =>
  value instanceof Uint8Array && copy instanceof Uint8Array ? Buffer.compare(value, copy) === 0 : value === copy
