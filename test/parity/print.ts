import { writeFileSync } from 'node:fs'
import { parityPage } from './page.ts'
import { idsFile, keptIds, pageFile, tables } from './table.ts'

/** Prints the pages of the parity tables. Adds new ids to the lists of ids, and removes none. */
for (const table of tables) {
  const ids = new Set([...keptIds(table), ...table.facts.map(({ id }) => id)])
  writeFileSync(idsFile(table), [...ids, ''].join('\n'))
  writeFileSync(pageFile(table), parityPage(table))
}
