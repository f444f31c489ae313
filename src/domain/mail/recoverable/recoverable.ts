import type { MailboxId } from '../../../core/ids.ts'
import { ask, sql, type Write } from '../../../storage/engine.ts'
import type { House } from '../box.ts'
import { read } from '../read.ts'
import { countOf, type Kept } from './kept.ts'
import { type RecoverableFilter, type RecoverableItem, recoverableItems } from './recoverable-items.ts'
import { restore } from './restore.ts'

/** What is kept of mailboxes on hold though it was deleted; no folder has it. */
export interface Recoverable {
  /**
   * From now on nothing of the mailbox is lost, or what is deleted is lost again. With `write` it is part of a larger
   * transaction.
   */
  setHold(id: MailboxId, held: boolean, write?: Write): Promise<void>
  kept(id: MailboxId): Promise<Kept>
  /** The latest first, so many at most. */
  items(id: MailboxId, filter: RecoverableFilter, most: number): Promise<readonly RecoverableItem[]>
  /**
   * Puts messages back where they were, in the inbox where that folder is gone; tells the folder of each that was there.
   * Refuses `over-quota`. With `write` it is part of a larger transaction.
   */
  restore(id: MailboxId, items: readonly number[], write?: Write): Promise<ReadonlyMap<number, string>>
}

export const createRecoverable = (house: House, ready: Promise<void>): Recoverable => ({
  async setHold(id, held, write = (work) => house.engine.sql.write(work)) {
    await ready
    await write(function* () {
      yield* ask(sql`insert into mail_hold (mailbox, held, items, octets) values (${id}, ${Number(held)}, 0, 0)
        on conflict (mailbox) do update set held = excluded.held`)
    })
  },
  kept: (id) => read(house.engine.sql, countOf(id)),
  items: (id, filter, most) => recoverableItems(house.engine, id, filter, most),
  async restore(id, items, write) {
    await ready
    return restore({ ...house, id, withdrawn: new AbortController().signal }, items, write)
  },
})
