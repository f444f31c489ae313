import type { MailboxId } from '../../../core/ids.ts'
import { ask, type BlobRef, type Engine, sql, type Statement, type Statements } from '../../../storage/engine.ts'
import { dropContent } from '../content.ts'
import { count, MOST_ITEMS, MOST_OCTETS } from './kept.ts'

/** Messages cleared away in one write, so that others get their turn. */
const STEP = 500

interface Row {
  readonly id: number
  readonly message: number
  readonly octets: number
}

/** Forgets some of what was deleted long enough ago and no hold covers; whether there was any. */
export async function purge(engine: Engine, now: number): Promise<boolean> {
  const mailboxes = await engine.sql.all<{ mailbox: MailboxId; held: number }>(
    sql`select mailbox, held from mail_hold where items > 0 and (held = 0 or held_for is not null) order by mailbox`,
  )
  for (const { mailbox, held } of mailboxes) {
    if (await purgeSome(engine, mailbox, held ? uncovered(mailbox, now) : retained(mailbox, now))) return true
  }
  return false
}

/** What is asked again within the write finds nothing of a mailbox that was put on hold meanwhile, or otherwise. */
const retained = (mailbox: MailboxId, now: number): Statement =>
  sql`select r.id, r.message, r.octets from mail_hold h join mail_recoverable r on r.mailbox = h.mailbox
      where h.mailbox = ${mailbox} and h.held = 0 and r.at < case
        when h.items > ${MOST_ITEMS} or h.octets > ${MOST_OCTETS} then ${Number.MAX_SAFE_INTEGER}
        else ${now} - h.retains end
      order by r.at limit ${STEP}`

/** Of a mailbox on hold, from the side of the fewer: most of what is kept was deleted long enough ago. */
const uncovered = (mailbox: MailboxId, now: number): Statement =>
  sql`select r.id, r.message, r.octets from mail_hold h join mail_recoverable r on r.mailbox = h.mailbox
      where h.mailbox = ${mailbox} and r.received < ${now} - h.held_for and r.at < ${now} - h.retains
      order by r.received limit ${STEP}`

async function purgeSome(engine: Engine, mailbox: MailboxId, due: Statement): Promise<boolean> {
  if (!(await engine.sql.first(due))) return false
  const dropped = await engine.sql.write(function* (): Statements<readonly BlobRef[]> {
    const rows = yield* ask<Row>(due)
    for (const { id, octets } of rows) {
      yield* ask(sql`delete from mail_recoverable where id = ${id}`)
      yield* count(mailbox, { items: -1, octets: -octets })
    }
    yield* ask(sql`delete from mail_hold where mailbox = ${mailbox} and items = 0 and retains < 0`)
    return yield* dropContent(rows)
  })
  engine.blobs.dropped(dropped)
  return true
}
