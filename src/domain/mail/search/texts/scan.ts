import type { DayRange } from '../days.ts'
import type { Ask } from '../leaves.ts'
import { NO, UNKNOWN, YES } from '../verdicts.ts'
import { columnsFor, keptFields, NEVER } from './columns.ts'
import { NAME_START, TEXT_END, TextColumn } from './text-column.ts'

/**
 * Writes into `answers`, which are all NO, what a segment's columns say about each of its messages. False for columns
 * that are damaged.
 */
export function scan(ask: Ask, column: (name: string) => Uint8Array<ArrayBuffer>, answers: Uint8Array): boolean {
  const [first, ...rest] = columnsFor(ask)
  if (ask.of === 'sent') return scanDays(ask, column(first!), answers)
  const { octets, means } = wanted(ask)
  for (const name of [first!, ...rest]) {
    const texts = TextColumn.read(column(name), answers.length)
    if (!texts) return false
    for (const at of texts.holding(octets)) answers[at] = means
  }
  return true
}

function scanDays({ first, last }: DayRange, bytes: Uint8Array<ArrayBuffer>, answers: Uint8Array): boolean {
  if (bytes.length !== answers.length * Int32Array.BYTES_PER_ELEMENT) return false
  for (const [at, day] of new Int32Array(bytes.buffer).entries()) {
    answers[at] = day !== NEVER && day >= first && day <= last ? YES : NO
  }
  return true
}

/** What to look for, and what is known of a message that holds it. */
function wanted(ask: Exclude<Ask, { readonly of: 'sent' }>): { readonly octets: Uint8Array; readonly means: number } {
  if (ask.of !== 'field' || keptFields.includes(ask.name)) return { octets: Buffer.from(ask.needle), means: YES }
  const octets = Buffer.concat([NAME_START, Buffer.from(ask.name), TEXT_END])
  return { octets, means: ask.needle === '' ? YES : UNKNOWN }
}
