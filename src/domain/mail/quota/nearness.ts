import type { MailboxId } from '../../../core/ids.ts'
import { ask, askOne, type Engine, sql, type Statements } from '../../../storage/engine.ts'

const DAY = 86_400_000

/**
 * Whether a mailbox is nearer to its limits than it was known to be; 0 is not near. That it was nearer is forgotten when it
 * no longer is, a day later, so that who comes and goes is told of it once a day.
 */
export async function isNearer(engine: Engine, mailbox: MailboxId, level: number, now: number): Promise<boolean> {
  const known = await engine.sql.first<Known>(knownOf(mailbox))
  if (level === (known?.level ?? 0)) return false
  return engine.sql.write(() => changed(mailbox, level, now))
}

interface Known {
  readonly level: number
  readonly at: number
}

const knownOf = (mailbox: MailboxId) => sql`select level, at from mail_quota_level where mailbox = ${mailbox}`

function* changed(mailbox: MailboxId, level: number, now: number): Statements<boolean> {
  const known = yield* askOne<Known>(knownOf(mailbox))
  const rises = level > (known?.level ?? 0)
  if (rises || (known && now - known.at >= DAY)) {
    yield* ask(sql`insert into mail_quota_level (mailbox, level, at) values (${mailbox}, ${level}, ${now})
      on conflict (mailbox) do update set level = excluded.level, at = excluded.at`)
  }
  return rises
}
