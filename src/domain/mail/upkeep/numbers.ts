import { ask, type Engine, sql } from '../../../storage/engine.ts'

/** How far numbers jump after an unclean stop: more than one group of commits can have taken. */
export const AFTER_STOP = 10_000
/** The same after a restore: more than were taken since the backup, of a store that is backed up now and then. */
export const AFTER_RESTORE = 1_000_000

/**
 * RFC 9051 §2.3.1.1: numbers that may have been given, and of which nothing is known here, are not given again. Those that
 * were given stay what they are.
 */
export function jumpAhead(engine: Engine, by: number): Promise<void> {
  return engine.sql.write(function* () {
    yield* ask(sql`update mail_mailbox set modseq = modseq + ${by}`)
    yield* ask(sql`update mail_folder set uidnext = uidnext + ${by} where uidnext <= ${0xffff_ffff - by}`)
  })
}
