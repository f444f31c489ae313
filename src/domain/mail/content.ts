import { ask, type BlobRef, sql, type Statements } from '../../storage/engine.ts'
import { uidStatements } from './uid-statements.ts'
import { dropTexts } from './search/texts/text-rows.ts'

/** With a message's content goes much else: a statement that covers so many takes some milliseconds. */
const TOGETHER = 64

/** Forgets the content that no folder holds any more and that nobody keeps, among what these places named. Returns whose bytes nobody needs. */
export function* dropContent(places: readonly { readonly message: number }[]): Statements<readonly BlobRef[]> {
  const messages = [...new Set(places.map(({ message }) => message))].sort((a, b) => a - b)
  const unheld = ` and not exists (select 1 from mail_state where mail_state.message = mail_message.id)
    and not exists (select 1 from mail_recoverable where mail_recoverable.message = mail_message.id) returning blob`
  const dropped: BlobRef[] = []
  for (const statement of uidStatements(sql`delete from mail_message where id`, messages, unheld, TOGETHER)) {
    for (const { blob } of yield* ask<{ blob: BlobRef }>(statement)) dropped.push(blob)
  }
  dropped.push(...(yield* dropTexts(messages)))
  return dropped
}
