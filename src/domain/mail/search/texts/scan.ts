import type { Ask } from '../leaves.ts'
import { NO, UNKNOWN, YES } from '../verdicts.ts'
import { columnsFor, keptFields, NEVER } from './columns.ts'
import { NAME_START, TEXT_END, TextColumn } from './text-column.ts'

/** Writes into `answers`, which is all NO, what a segment's columns say about each of its messages. */
export function scan(ask: Ask, column: (name: string) => Uint8Array<ArrayBuffer>, answers: Uint8Array): void {
  const [first, ...rest] = columnsFor(ask)
  if (ask.of === 'sent') {
    const days = new Int32Array(column(first!).buffer)
    for (const [at, day] of days.entries()) {
      answers[at] = day !== NEVER && day >= ask.first && day <= ask.last ? YES : NO
    }
    return
  }
  const { octets, means } = wanted(ask)
  for (const name of [first!, ...rest]) {
    for (const at of new TextColumn(column(name), answers.length).holding(octets)) answers[at] = means
  }
}

/** What to look for, and what is known of a message that holds it. */
function wanted(ask: Exclude<Ask, { readonly of: 'sent' }>): { readonly octets: Uint8Array; readonly means: number } {
  if (ask.of !== 'field' || keptFields.includes(ask.name)) return { octets: Buffer.from(ask.needle), means: YES }
  const octets = Buffer.concat([NAME_START, Buffer.from(ask.name), TEXT_END])
  return { octets, means: ask.needle === '' ? YES : UNKNOWN }
}
