import type { ModSeq } from '../../core/ids.ts'
import { ask, askOne, sql, type Statements } from '../../storage/engine.ts'
import type { MailLimits } from './limits.ts'
import type { MailTx } from './mail-tx.ts'

/** Old lines go once in so many writes, at most so many steps at a time. */
const EVERY = 64
const STEPS = 1024

/**
 * Forgets journal lines that are too many or too old. `journal_tail` is the last mod-sequence whose lines may be gone:
 * a reader whose mark is smaller takes a full look.
 */
export function* forgetOldLines(tx: MailTx, limits: MailLimits): Statements<void> {
  if (tx.modSeq % EVERY !== 0) return
  const { journal_tail: tail } = (yield* askOne<{ journal_tail: number }>(
    sql`select journal_tail from mail_mailbox where mailbox = ${tx.mailbox}`,
  ))!
  const aged = yield* askOne<{ modseq: ModSeq | null }>(
    sql`select max(modseq) as modseq from mail_journal
        where mailbox = ${tx.mailbox} and modseq > ${tail} and modseq <= ${tail + STEPS}
          and at < ${tx.at - limits.journalAge}`,
  )
  const crowded = Math.min(tx.modSeq - limits.journalSteps, tail + STEPS)
  const next = Math.max(crowded, aged?.modseq ?? 0)
  if (next <= tail) return
  yield* ask(sql`delete from mail_journal where mailbox = ${tx.mailbox} and modseq <= ${next}`)
  yield* ask(sql`update mail_mailbox set journal_tail = ${next} where mailbox = ${tx.mailbox}`)
}
