import { DAY } from '../../../core/time.ts'
import type { FolderId, MailboxId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { ask, askOne, type Engine, read, sql, type Statements, type Write } from '../../../storage/engine.ts'
import type { MailLimits } from '../limits.ts'
import type { Growth, MailFeature, MailHooks } from '../hooks.ts'
import type { Quota, QuotaLimits, ReplacedMessage } from '../types.ts'
import { fits } from './reservations.ts'

/** The parts of a store that the quota depends on. */
interface QuotaContext {
  readonly engine: Engine
  readonly limits: MailLimits
  /** Features may use octets too. */
  readonly hooks: Pick<MailHooks, 'usedOctets'>
}

/** Usage and limits of a mailbox. */
export async function quota({ id, ...context }: QuotaContext & { readonly id: MailboxId }): Promise<Quota> {
  const { sql: rows } = context.engine
  const [used, allowed] = await Promise.all([read(rows, usage(id, context)), read(rows, limitsOf(id, context.limits))])
  return { used, limits: allowed }
}

/** Octets of a folder's messages with `\Deleted`. */
export async function deletedOctets(
  { engine, id }: { readonly engine: Engine; readonly id: MailboxId },
  folder: FolderId,
): Promise<number> {
  const row = await engine.sql.first<{ octets: number | null }>(
    sql`select sum(m.octets) as octets
        from mail_folder f join mail_state s on s.folder = f.id join mail_message m on m.id = s.message
        where f.id = ${folder} and f.mailbox = ${id} and (s.system & 8) <> 0`,
  )
  return row?.octets ?? 0
}

/** Sets the limits of a mailbox; undefined means the common limit. Existing messages stay. */
export async function setQuota(write: Write, mailbox: MailboxId, { octets, messages }: QuotaLimits): Promise<void> {
  await write(
    function* () {
      yield* ask(
        sql`insert into mail_quota (mailbox, octets, messages) values (${mailbox}, ${octets ?? null}, ${messages ?? null})
          on conflict (mailbox) do update set octets = excluded.octets, messages = excluded.messages`,
      )
    },
    [mailbox],
  )
}

/** The limits of mailboxes: their own, or the common ones. */
export async function quotaLimits(
  engine: Engine,
  ids: readonly MailboxId[],
  limits: MailLimits,
): Promise<ReadonlyMap<MailboxId, QuotaLimits>> {
  return read(
    engine.sql,
    (function* () {
      const first = ids.reduce((least, id) => Math.min(least, id), Number.MAX_SAFE_INTEGER)
      const last = ids.reduce((most, id) => Math.max(most, id), 0)
      const own = yield* ask<LimitsRow & { mailbox: MailboxId }>(
        sql`select mailbox, octets, messages from mail_quota where mailbox between ${first} and ${last}`,
      )
      const rows = new Map(own.map((row) => [row.mailbox, row]))
      return new Map(ids.map((id) => [id, limitsIn(rows.get(id), limits)]))
    })(),
  )
}

/** Usage and limits of mailboxes. */
export async function quotas(context: QuotaContext, ids: Iterable<MailboxId>): Promise<ReadonlyMap<MailboxId, Quota>> {
  return read(
    context.engine.sql,
    (function* () {
      const found = new Map<MailboxId, Quota>()
      for (const id of ids)
        found.set(id, { used: yield* usage(id, context), limits: yield* limitsOf(id, context.limits) })
      return found
    })(),
  )
}

/** Refuses `over-quota` for a write that takes a mailbox beyond its limits. */
export const quotaFeature = (context: Omit<QuotaContext, 'engine'>): MailFeature => ({
  *growing({ mailbox }, growth) {
    const quota = yield* limitedQuota(mailbox, context)
    if (quota && !fits(quota, growth)) refuse('over-quota', 'The mailbox is full')
  },
  *erasing(mailbox) {
    yield* ask(sql`delete from mail_quota where mailbox = ${mailbox}`)
    yield* ask(sql`delete from mail_quota_level where mailbox = ${mailbox}`)
  },
})

/** Usage, without the replaced message, and limits of a mailbox; undefined if it has no limits. */
export async function quotaIfLimited(
  context: QuotaContext,
  mailbox: MailboxId,
  replaced?: ReplacedMessage,
): Promise<Quota | undefined> {
  // Most mailboxes have no limits and need no second query.
  const { sql: rows } = context.engine
  const own = await rows.first<LimitsRow>(ownLimits(mailbox))
  return isLimited(limitsIn(own, context.limits)) ? read(rows, limitedQuota(mailbox, context, replaced)) : undefined
}

/** Usage, without the replaced message, and limits of a mailbox; undefined if it has no limits. */
function* limitedQuota(
  mailbox: MailboxId,
  context: Omit<QuotaContext, 'engine'>,
  replaced?: ReplacedMessage,
): Statements<Quota | undefined> {
  const allowed = yield* limitsOf(mailbox, context.limits)
  if (!isLimited(allowed)) return undefined
  const used = yield* usage(mailbox, context)
  const less = replaced ? yield* octetsOf(mailbox, replaced) : undefined
  if (less === undefined) return { used, limits: allowed }
  return { used: { octets: used.octets - less, messages: used.messages - 1 }, limits: allowed }
}

/** Octets of a message; undefined if it does not exist. */
function* octetsOf(mailbox: MailboxId, { folder, uid }: ReplacedMessage): Statements<number | undefined> {
  const row = yield* askOne<{ octets: number }>(
    sql`select m.octets from mail_folder f join mail_state s on s.folder = f.id join mail_message m on m.id = s.message
        where f.id = ${folder} and f.mailbox = ${mailbox} and s.uid = ${uid}`,
  )
  return row?.octets
}

function* usage(mailbox: MailboxId, { hooks }: Pick<QuotaContext, 'hooks'>): Statements<Growth> {
  const row = yield* askOne<{ octets: number | null; messages: number | null }>(
    sql`select sum(octets) as octets, sum(total) as messages from mail_folder where mailbox = ${mailbox}`,
  )
  return { octets: (row?.octets ?? 0) + (yield* hooks.usedOctets(mailbox)), messages: row?.messages ?? 0 }
}

interface LimitsRow {
  readonly octets: number | null
  readonly messages: number | null
}

function* limitsOf(mailbox: MailboxId, limits: MailLimits): Statements<QuotaLimits> {
  return limitsIn(yield* askOne<LimitsRow>(ownLimits(mailbox)), limits)
}

const ownLimits = (mailbox: MailboxId) => sql`select octets, messages from mail_quota where mailbox = ${mailbox}`

const isLimited = ({ octets, messages }: QuotaLimits): boolean => octets !== undefined || messages !== undefined

const limitsIn = (row: LimitsRow | undefined, limits: MailLimits): QuotaLimits => ({
  octets: row?.octets ?? limits.mailboxOctets,
  messages: row?.messages ?? limits.mailboxMessages,
})

/**
 * Returns true if `level` is above the stored quota level of a mailbox; 0 means not near. A lower level is stored after
 * a day, so that a mailbox whose usage changes often is reported once a day.
 */
export async function isNearerToQuota(
  engine: Engine,
  mailbox: MailboxId,
  level: number,
  now: number,
): Promise<boolean> {
  const known = await engine.sql.first<Known>(knownOf(mailbox))
  if (level === (known?.level ?? 0)) return false
  return engine.sql.write(() => changed(mailbox, level, now), [mailbox])
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
