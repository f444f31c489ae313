import type { MailboxId } from '../../../core/ids.ts'
import { ask, type BlobRef, type Engine, sql, type Statements } from '../../../storage/engine.ts'
import { dropContent } from '../content.ts'
import { count } from './kept.ts'

/** contract/exchange-admin §3.2: how long what was deleted is kept once nothing holds it, as Exchange Online does. */
const KEPT = 14 * 86_400_000
/** Messages cleared away in one write, so that others get their turn. */
const STEP = 500

interface Row {
  readonly id: number
  readonly mailbox: MailboxId
  readonly message: number
  readonly octets: number
}

/** Forgets some of what was deleted long ago from mailboxes that are on hold no longer; whether there was any. */
export async function purge(engine: Engine, now: number): Promise<boolean> {
  const due = sql`select id, mailbox, message, octets from mail_recoverable r where at < ${now - KEPT}
    and not exists (select 1 from mail_hold h where h.mailbox = r.mailbox and h.held = 1) order by at limit ${STEP}`
  if (!(await engine.sql.first(due))) return false
  const dropped = await engine.sql.write(function* (): Statements<readonly BlobRef[]> {
    const rows = yield* ask<Row>(due)
    for (const { id, mailbox, octets } of rows) {
      yield* ask(sql`delete from mail_recoverable where id = ${id}`)
      yield* count(mailbox, { items: -1, octets: -octets })
    }
    return yield* dropContent(rows)
  })
  engine.blobs.dropped(dropped)
  return true
}
