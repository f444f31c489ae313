import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { readTable, type Table } from './table.ts'

export const root = path.resolve(import.meta.dirname, '../..')
const folder = path.join(root, 'parity')

export const tables: readonly Table[] = readdirSync(folder)
  .filter((it) => it.endsWith('.yaml'))
  .sort()
  .map((file) => readTable(path.basename(file, '.yaml'), readFileSync(path.join(folder, file), 'utf8')))

export const pageFile = ({ name }: Table): string => path.join(root, 'docs', `parity-${name}.md`)
export const idsFile = ({ name }: Table): string => path.join(folder, `${name}.ids`)

/** The ids that a table had when it was last printed. */
export const keptIds = (table: Table): readonly string[] => {
  const file = idsFile(table)
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []
}

/** The text of a file of the project. */
export function sourceOf(file: string): string | undefined {
  const whole = path.join(root, file)
  return existsSync(whole) ? readFileSync(whole, 'utf8') : undefined
}
