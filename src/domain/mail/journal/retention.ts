import type { MailboxId, ModSeq } from '../../../core/ids.ts'
import { ask, askOne, sql, type Statements } from '../../../storage/engine.ts'
import type { MailLimits } from '../limits.ts'
import { LONG_LINE } from './journal.ts'

/** Old lines are deleted once in so many writes, at most so many steps at a time. */
const EVERY = 64
const STEPS = 1024

/** A write that left lines in the journal. */
interface JournalWrite {
  readonly mailbox: MailboxId
  readonly modSeq: ModSeq
  readonly at: number
  /** UTF-16 units of its long lines. */
  readonly bulk: number
}

interface Journal {
  readonly tail: number
  readonly bulk: number
}

/**
 * Deletes journal lines that are too many, too old or too long. `journal_tail` is the last mod-sequence whose lines may
 * be deleted: a reader with a smaller mark reads everything again.
 */
export function* pruneJournal(tx: JournalWrite, limits: MailLimits): Statements<void> {
  if (tx.modSeq % EVERY !== 0 && tx.bulk === 0) return
  const journal = (yield* askOne<Journal>(
    sql`update mail_mailbox set journal_bulk = journal_bulk + ${tx.bulk} where mailbox = ${tx.mailbox}
        returning journal_tail as tail, journal_bulk as bulk`,
  ))!
  const crowded = Math.min(tx.modSeq - limits.journalSteps, journal.tail + STEPS)
  // If long lines take too much space, the older half is deleted.
  const bulky = journal.bulk > limits.journalBulk ? Math.ceil((journal.tail + tx.modSeq) / 2) : 0
  const next = Math.max(crowded, bulky, yield* lastAged(tx, journal, limits))
  if (next > journal.tail) yield* forgetUpTo(tx, next)
}

function* lastAged(tx: JournalWrite, { tail }: Journal, limits: MailLimits): Statements<number> {
  // Lines are in order of time: if the first is not too old, none of them is.
  const first = yield* askOne<{ at: number }>(
    sql`select at from mail_journal where mailbox = ${tx.mailbox} and modseq > ${tail} order by modseq limit 1`,
  )
  if (!first || first.at >= tx.at - limits.journalAge) return 0
  const aged = yield* askOne<{ modseq: ModSeq | null }>(
    sql`select max(modseq) as modseq from mail_journal
        where mailbox = ${tx.mailbox} and modseq > ${tail} and modseq <= ${tail + STEPS}
          and at < ${tx.at - limits.journalAge}`,
  )
  return aged?.modseq ?? 0
}

function* forgetUpTo(tx: JournalWrite, tail: number): Statements<void> {
  const long = yield* askOne<{ bulk: number | null }>(
    sql`select sum(length(what)) as bulk from mail_journal
        where mailbox = ${tx.mailbox} and modseq <= ${tail} and length(what) > ${LONG_LINE}`,
  )
  yield* ask(sql`delete from mail_journal where mailbox = ${tx.mailbox} and modseq <= ${tail}`)
  yield* ask(
    sql`update mail_mailbox set journal_tail = ${tail}, journal_bulk = journal_bulk - ${long?.bulk ?? 0}
        where mailbox = ${tx.mailbox}`,
  )
}
