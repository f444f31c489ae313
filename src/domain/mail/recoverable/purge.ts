import type { MailboxId } from '../../../core/ids.ts'
import { ask, type BlobRef, type Engine, sql, type Statements } from '../../../storage/engine.ts'
import { dropContent } from '../content.ts'
import { count } from './kept.ts'

/** Messages cleared away in one write, so that others get their turn. */
const STEP = 500

interface Bounded {
  readonly mailbox: MailboxId
  readonly retains: number
  /** Since when a message was received that a hold still covers; later than any where there is none. */
  readonly covered: number
}

interface Row {
  readonly id: number
  readonly message: number
  readonly octets: number
}

/** Forgets some of what was deleted long enough ago and no hold covers; whether there was any. */
export async function purge(engine: Engine, now: number): Promise<boolean> {
  const mailboxes = await engine.sql.all<Bounded>(
    sql`select mailbox, retains, case held when 1 then ${now} - held_for else ${Number.MAX_SAFE_INTEGER} end as covered
        from mail_hold where items > 0 and (held = 0 or held_for is not null) order by mailbox`,
  )
  for (const bounded of mailboxes) if (await purgeSome(engine, bounded, now)) return true
  return false
}

async function purgeSome(engine: Engine, { mailbox, retains, covered }: Bounded, now: number): Promise<boolean> {
  const due = sql`select r.id, r.message, r.octets from mail_recoverable r join mail_message m on m.id = r.message
    where r.mailbox = ${mailbox} and r.at < ${now - retains} and m.received_at < ${covered} order by r.at limit ${STEP}`
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
