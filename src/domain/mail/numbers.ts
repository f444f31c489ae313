import type { MailboxId, ModSeq } from '../../core/ids.ts'
import { ask, askOne, type Engine, named, sql, type Statements } from '../../storage/engine.ts'

/** How far numbers jump after an unclean stop: more than one group of commits can take. */
export const AFTER_STOP = 10_000
/** How far numbers jump after a restore: more than were taken since the backup. */
export const AFTER_RESTORE = 1_000_000

const LAST_UID = 0xffff_ffff

/** The jumps of all numbers of a store. */
export class Numbers {
  readonly #engine: Engine
  #stored = 0

  constructor(engine: Engine) {
    this.#engine = engine
  }

  async read(): Promise<void> {
    const row = await this.#engine.sql.first<{ jump: number }>(sql`select jump from mail_numbers`)
    this.#stored = row?.jump ?? 0
  }

  /** The sum of all jumps. Each mailbox jumps to it with its next write. */
  get jump(): number {
    return this.#stored + (this.#engine.restores?.() ?? 0) * AFTER_RESTORE
  }
}

/**
 * RFC 9051 §2.3.1.1: never assigns numbers again that may have been assigned and are not known here. Existing numbers
 * stay.
 */
export async function jumpAhead(engine: Engine, by: number): Promise<void> {
  await engine.sql.write(
    () =>
      ask(sql`insert into mail_numbers (one, jump) values (1, ${by})
        on conflict (one) do update set jump = mail_numbers.jump + excluded.jump`),
    [named('mail-numbers')],
  )
}

/**
 * Lets a mailbox jump whose numbers have not jumped that far. Returns its mod-sequence. After a restore, every reader of
 * the journal has an earlier mark than its first line, and reads everything again: it may know changes that are lost.
 */
export function* catchUpNumbers(mailbox: MailboxId, jumped: number, { jump }: Numbers): Statements<ModSeq> {
  const by = jump - jumped
  const forgotten = by >= AFTER_RESTORE ? 1 : 0
  // New folders get larger UIDVALIDITYs too: one of the same name and number may have been lost.
  const row = yield* askOne<{ modseq: ModSeq }>(
    sql`update mail_mailbox set modseq = modseq + ${by}, uidvalidity = uidvalidity + ${by}, jumped = ${jump},
          journal_tail = case when ${forgotten} = 1 then modseq + ${by} - 1 else journal_tail end
        where mailbox = ${mailbox} returning modseq`,
  )
  yield* ask(
    sql`update mail_folder set uidnext = uidnext + ${by} where mailbox = ${mailbox} and uidnext <= ${LAST_UID - by}`,
  )
  return row!.modseq
}
