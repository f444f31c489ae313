import type { MailboxId } from '../../../core/ids.ts'
import { type Engine, sql } from '../../../storage/engine.ts'
import { checkFolders } from './check-folders.ts'
import { checkJournal } from './check-journal.ts'
import { checkMessages } from './check-messages.ts'
import { checkPacked } from './check-packed.ts'
import type { Finding, Looked } from './finding.ts'

/**
 * Looks at everything the mail store holds: rows against bytes, against the journal, against their counters and against
 * what is packed of them. Nothing is changed, and `looked` counts along. For a store that nobody writes to: what changes
 * meanwhile may be told as wrong.
 */
export async function* verifyMail(engine: Engine, looked: Looked): AsyncGenerator<Finding> {
  const { sql: rows } = engine
  for await (const found of checkFolders(rows)) {
    if (!('checked' in found)) {
      yield found
      continue
    }
    looked.folders++
    yield* checkPacked(rows, found.checked.mailbox, found.checked.id)
  }
  for (let after = 0; ;) {
    const row = await rows.first<{ mailbox: MailboxId }>(
      sql`select mailbox from mail_mailbox where mailbox > ${after} order by mailbox limit 1`,
    )
    if (!row) break
    after = row.mailbox
    looked.mailboxes++
    yield* checkJournal(rows, row.mailbox)
  }
  yield* checkMessages(engine, looked)
}
