import type { MailboxId } from '../../../core/ids.ts'
import { ask, askOne, sql, type Write } from '../../../storage/engine.ts'
import type { Context } from '../mailbox-context.ts'
import { read } from '../read.ts'
import { countOf, type Kept } from './kept.ts'
import { type RecoverableFilter, type RecoverableItem, recoverableItems } from './recoverable-items.ts'
import { restore } from './restore.ts'

/** Whether what is deleted of a mailbox is kept, and for how many milliseconds. */
export interface KeepRule {
  /** On hold: for ever, or for so long from when it was received. */
  readonly held: boolean
  readonly heldFor: number | undefined
  /** Without a hold too. */
  readonly recovers: boolean
  /** From when it was deleted, in any case. */
  readonly retains: number
}

/** What is kept of mailboxes though it was deleted; no folder has it. */
export interface Recoverable {
  /** What holds from now on; what is absent holds on. With `write` it is part of a larger transaction. */
  setRule(id: MailboxId, change: Partial<KeepRule>, write?: Write): Promise<void>
  kept(id: MailboxId): Promise<Kept>
  /** The latest first, so many at most. */
  items(id: MailboxId, filter: RecoverableFilter, most: number): Promise<readonly RecoverableItem[]>
  /**
   * Puts messages back where they were, in the inbox where that folder is gone; tells the folder of each that was there.
   * Refuses `over-quota`. With `write` it is part of a larger transaction.
   */
  restore(id: MailboxId, items: readonly number[], write?: Write): Promise<ReadonlyMap<number, string>>
}

interface RuleRow {
  readonly held: number
  readonly held_for: number | null
  readonly recovers: number
  readonly retains: number
}

const atFirst: RuleRow = { held: 0, held_for: null, recovers: 0, retains: 14 * 86_400_000 }

const ruleOf = ({ held, held_for, recovers, retains }: RuleRow): KeepRule => ({
  held: held === 1,
  heldFor: held_for ?? undefined,
  recovers: recovers === 1,
  retains,
})

export const createRecoverable = (context: Context, ready: Promise<void>): Recoverable => ({
  async setRule(id, change, write = (work) => context.engine.sql.write(work)) {
    await ready
    await write(function* () {
      const row = yield* askOne<RuleRow>(
        sql`select held, held_for, recovers, retains from mail_hold where mailbox = ${id}`,
      )
      const { held, heldFor = null, recovers, retains } = { ...ruleOf(row ?? atFirst), ...change }
      yield* ask(sql`insert into mail_hold (mailbox, held, held_for, recovers, retains, items, octets)
        values (${id}, ${Number(held)}, ${heldFor}, ${Number(recovers)}, ${retains}, 0, 0)
        on conflict (mailbox) do update set held = excluded.held, held_for = excluded.held_for,
          recovers = excluded.recovers, retains = excluded.retains`)
    })
  },
  kept: (id) => read(context.engine.sql, countOf(id)),
  items: (id, filter, most) => recoverableItems(context.engine, id, filter, most),
  async restore(id, items, write) {
    await ready
    return restore({ ...context, id, revoked: new AbortController().signal }, items, write)
  },
})
