import type { MailboxId } from '../../../core/ids.ts'
import { ask, sql, type Write } from '../../../storage/engine.ts'
import type { Context } from '../mailbox-context.ts'

/** Rows that name the mailbox go at once; its messages are cleared away behind. */
export async function eraseMailbox(
  { engine, indexes, littered }: Context,
  id: MailboxId,
  write: Write = (work) => engine.sql.write(work),
): Promise<void> {
  await write(function* () {
    yield* ask(sql`insert into mail_litter (folder) select id from mail_folder where mailbox = ${id}`)
    yield* ask(sql`delete from mail_folder where mailbox = ${id}`)
    yield* ask(sql`delete from mail_subscription where mailbox = ${id}`)
    yield* ask(sql`delete from mail_annotation where mailbox = ${id}`)
    yield* ask(sql`delete from mail_url_key where mailbox = ${id}`)
    // What is kept of it is purged behind.
    yield* ask(sql`delete from mail_hold where mailbox = ${id} and items = 0`)
    yield* ask(sql`update mail_hold set held = 0, recovers = 0, retains = -1 where mailbox = ${id}`)
    yield* ask(sql`delete from mail_quota where mailbox = ${id}`)
    yield* ask(sql`delete from mail_quota_level where mailbox = ${id}`)
    yield* ask(sql`delete from mail_journal where mailbox = ${id}`)
    yield* ask(sql`delete from mail_mailbox where mailbox = ${id}`)
  })
  littered()
  engine.notifier.notify(id)
  await indexes.caughtUp(id)
}
