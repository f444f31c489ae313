import { ask, type BlobRef, sql, type Statements } from '../../storage/engine.ts'
import type { MailHooks } from './hooks.ts'
import { uidStatements } from './uid-statements.ts'

/** Messages that one statement deletes: with each, rows of other tables go, and 64 take a few milliseconds. */
const TOGETHER = 64

/**
 * Deletes the content of those of the messages that no folder holds and no feature keeps. Returns the blobs that no row
 * names any more.
 */
export function* dropContent(
  hooks: MailHooks,
  entries: readonly { readonly message: number }[],
): Statements<readonly BlobRef[]> {
  const messages = [...new Set(entries.map(({ message }) => message))].sort((a, b) => a - b)
  const unheld = ['mail_state', ...hooks.keptMessages]
    .map((table) => ` and not exists (select 1 from ${table} where ${table}.message = mail_message.id)`)
    .join('')
  const head = sql`delete from mail_message where id`
  const dropped: BlobRef[] = []
  for (const statement of uidStatements(head, messages, `${unheld} returning blob`, TOGETHER)) {
    for (const { blob } of yield* ask<{ blob: BlobRef }>(statement)) dropped.push(blob)
  }
  dropped.push(...(yield* hooks.contentDropped(messages)))
  return dropped
}
