import type { Row, SqlValue, Statement } from '../../../storage/engine.ts'
import type { TableShape } from '../../../storage/sqlite/tables.ts'

/** Rows of one insert. Few lengths, so that few statements are prepared. */
const LENGTHS = [64, 8, 1]

/** The next rows of a table in the order of its key, after a row with that key. */
export function pageOf(table: TableShape, after: readonly SqlValue[] | undefined, limit: number): Statement {
  const key = listOf(table.key)
  const select = `select ${listOf(table.columns)} from "${table.name}"`
  const order = ` order by ${key} limit `
  if (after === undefined) return { parts: [select + order, ''], args: [limit] }
  return {
    parts: [`${select} where (${key}) > (`, ...commas(after.length - 1), `)${order}`, ''],
    args: [...after, limit],
  }
}

/** Statements that insert rows. */
export function* insertsOf(table: TableShape, rows: readonly Row[]): Generator<Statement> {
  for (let at = 0; at < rows.length;) {
    const length = LENGTHS.find((it) => it <= rows.length - at)!
    yield insertOf(table, rows.slice(at, at + length))
    at += length
  }
}

function insertOf({ name, columns }: TableShape, rows: readonly Row[]): Statement {
  const parts = [`insert into "${name}" (${listOf(columns)}) values (`]
  for (const row of rows.keys()) parts.push(...commas(columns.length - 1), row < rows.length - 1 ? '), (' : ')')
  return { parts, args: rows.flatMap((row) => columns.map((column) => row[column]!)) }
}

/** The values of the key of a row. */
export const keyOf = ({ key }: TableShape, row: Row): readonly SqlValue[] => key.map((column) => row[column]!)

const listOf = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ')

const commas = (count: number): readonly string[] => Array.from({ length: count }, () => ', ')
