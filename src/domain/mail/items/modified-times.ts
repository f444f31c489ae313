import type { ModSeq } from '../../../core/ids.ts'
import { sql } from '../../../storage/engine.ts'
import type { MailboxContext } from '../mailbox-context.ts'

/** From `from` up to but not including `before`. */
export interface TimeRange {
  readonly from?: number | undefined
  readonly before?: number | undefined
}

/**
 * Tests the time of a change by its mod-sequence. The result is undefined if the journal does not reach back to it. Lines
 * of the journal are in the order of time.
 */
export async function modifiedTimes(
  box: MailboxContext,
  { from, before }: TimeRange,
): Promise<(modSeq: ModSeq) => boolean | undefined> {
  const [low, high] = await Promise.all([firstSince(box, from ?? -Infinity), firstSince(box, before ?? Infinity)])
  const { tail } = low
  return (modSeq) => (modSeq <= tail ? undefined : modSeq >= low.modSeq && modSeq < high.modSeq)
}

interface Reach {
  /** All lines from this one on are from then or later. */
  readonly modSeq: number
  readonly tail: number
}

async function firstSince({ engine, id }: MailboxContext, time: number): Promise<Reach> {
  const reach = await engine.sql.first<{ tail: number; now: number }>(
    sql`select journal_tail as tail, modseq as now from mail_mailbox where mailbox = ${id}`,
  )
  const { tail = 0, now = 0 } = reach ?? {}
  let [low, high] = [tail + 1, time === Infinity ? Infinity : now + 1]
  if (time === -Infinity) return { modSeq: 0, tail }
  while (low < high && high !== Infinity) {
    const middle = Math.floor((low + high) / 2)
    const line = await engine.sql.first<{ modseq: number; at: number }>(
      sql`select modseq, at from mail_journal where mailbox = ${id} and modseq >= ${middle} order by modseq limit 1`,
    )
    // Graph shows whole seconds.
    if (!line || Math.floor(line.at / 1000) * 1000 >= time) high = middle
    else low = line.modseq + 1
  }
  return { modSeq: high, tail }
}
