import { DAY, isoDateTime, MINUTE } from '../../../../core/time.ts'
import type { Guid, TenantId } from '../../../../core/ids.ts'
import { refuse } from '../../../../core/refusal.ts'
import type { MailboxRecord } from '../../objects.ts'
import type { BasicProtocol } from '../authentication-policies/authentication-policy.ts'

const LATEST = Date.UTC(9999, 0)

export const retiredProtocols = ['Imap', 'Pop', 'Smtp'] as const satisfies readonly BasicProtocol[]

export type RetiredProtocol = (typeof retiredProtocols)[number]

type PerProtocol = Readonly<Partial<Record<RetiredProtocol, number>>>

/** Mailboxes unused for `unusedDays` before the plan was created are retired `aheadDays` before the others. */
export interface RetirementWave {
  readonly unusedDays: number
  readonly aheadDays: number
}

/** A period in which passwords do not work. */
export interface BrownOut {
  readonly start: number
  readonly minutes: number
}

export interface RetirementTerms {
  /** When each protocol stops accepting passwords. A protocol without a date does not change. */
  readonly dates: PerProtocol
  readonly waves: readonly RetirementWave[]
  readonly brownOuts: readonly BrownOut[]
  /** From this date on, nothing can be enabled again. */
  readonly cutOff: number
  /** Whether the owner of a mailbox can enable a protocol for it again, once. */
  readonly selfService?: boolean
  /** The address of a mailbox that gets the notices, besides the administrators with a mailbox; may be empty. */
  readonly notifyAddress?: string
}

/** When each mailbox was last opened with a password over each protocol, before the plan was created. */
export type LastUses = Readonly<Record<Guid, PerProtocol>>

/** How basic authentication is retired in a tenant. */
export interface RetirementPlan extends RetirementTerms {
  readonly tenant: TenantId
  readonly made: number
  readonly lastUses: LastUses
  /** When each protocol was enabled again; possible once. */
  readonly reEnabled: PerProtocol
  /** When owners enabled protocols again for their own mailboxes. */
  readonly ownReEnabled?: LastUses
}

/** Properties that are absent keep their value. */
export type RetirementChange = Partial<RetirementTerms> & { readonly reEnable?: RetiredProtocol }

export interface RetirementPlans {
  of(tenant: TenantId): Promise<RetirementPlan | undefined>
  /** Refuses `already-exists` if the tenant has a plan. */
  create(tenant: TenantId, terms: RetirementTerms, lastUses: LastUses): Promise<RetirementPlan>
  /** Refuses `wrong-state` from the cut-off date on. */
  update(tenant: TenantId, change: RetirementChange): Promise<RetirementPlan>
  /**
   * Enables a retired protocol again for one mailbox, at the request of its owner. Refuses `not-allowed` if the plan
   * does not allow it, and `wrong-state` if the protocol is not retired, was enabled before, or is permanently retired.
   */
  reEnableOwn(
    tenant: TenantId,
    mailbox: PlannedMailbox & Pick<MailboxRecord, 'displayName'>,
    protocol: RetiredProtocol,
  ): Promise<RetirementPlan>
  /** Removes the plan, so that passwords work as before it. Refuses `wrong-state` from the cut-off date on. */
  remove(tenant: TenantId): Promise<void>
}

/** The status of one protocol of a mailbox under a plan. */
export type RetirementStatus =
  | { readonly is: 'allowed' }
  | { readonly is: 'brown-out'; readonly until: number }
  | { readonly is: 're-enabled'; readonly until: number }
  | {
      readonly is: 'retired'
      readonly since: number
      readonly wave: RetirementWave | undefined
      readonly final: boolean
    }

export interface RetirementStatusRequest {
  readonly protocol: RetiredProtocol
  /** Undefined if no use is known. */
  readonly lastUsed: number | undefined
  /** Whether its owner enabled it again and the plan allows that. */
  readonly ownAgain?: boolean
}

/** The properties of a mailbox that a plan uses. */
export type PlannedMailbox = Pick<MailboxRecord, 'guid' | 'created'>

/**
 * Builds the status request for a mailbox. A mailbox without a recorded use counts as used when it was created. A
 * mailbox that does not exist counts as in use: a different answer would tell a guesser which mailboxes exist.
 */
export function statusRequestFor(
  { lastUses, selfService, ownReEnabled }: RetirementPlan,
  protocol: RetiredProtocol,
  mailbox: PlannedMailbox | undefined,
): RetirementStatusRequest {
  if (mailbox === undefined) return { protocol, lastUsed: Infinity }
  const { guid, created } = mailbox
  return {
    protocol,
    lastUsed: lastUses[guid]?.[protocol] ?? created,
    ownAgain: selfService === true && ownReEnabled?.[guid]?.[protocol] !== undefined,
  }
}

export function retirementStatus(plan: RetirementPlan, now: number, asked: RetirementStatusRequest): RetirementStatus {
  const ends = endOf(plan, asked)
  if (!ends) return { is: 'allowed' }
  const { date: since, wave } = ends
  const final = now >= plan.cutOff
  const enabledAgain = asked.ownAgain === true || plan.reEnabled[asked.protocol] !== undefined
  if (final || (now >= since && !enabledAgain)) return { is: 'retired', since, wave, final }
  const brownOut = plan.brownOuts.find((it) => it.start <= now && now < overAt(it))
  if (brownOut) return { is: 'brown-out', until: overAt(brownOut) }
  return now < since ? { is: 'allowed' } : { is: 're-enabled', until: plan.cutOff }
}

/** When the plan retires a protocol of a mailbox, and in which wave. */
export function endOf(
  plan: RetirementPlan,
  { protocol, lastUsed = -Infinity }: RetirementStatusRequest,
): { readonly date: number; readonly wave: RetirementWave | undefined } | undefined {
  const date = plan.dates[protocol]
  if (date === undefined) return undefined
  const [wave] = plan.waves
    .filter(({ unusedDays }) => lastUsed < plan.made - unusedDays * DAY)
    .toSorted((one, other) => other.aheadDays - one.aheadDays)
  return { date: date - (wave?.aheadDays ?? 0) * DAY, wave }
}

/** The next moment at which a sign-in that is allowed now may be rejected. */
export function nextEnd({ dates, waves, brownOuts, cutOff }: RetirementPlan, now: number): number | undefined {
  const ahead = [0, ...waves.map(({ aheadDays }) => aheadDays * DAY)]
  const ends = Object.values(dates).flatMap((date) => ahead.map((earlier) => date - earlier))
  const coming = [...ends, ...brownOuts.map(({ start }) => start), cutOff].filter((moment) => moment > now)
  return coming.length === 0 ? undefined : Math.min(...coming)
}

export const overAt = ({ start, minutes }: BrownOut): number => start + minutes * MINUTE

/** Refuses `bad-syntax` if the terms are not valid. */
export function checkTerms(terms: RetirementTerms): void {
  const dates = Object.values(terms.dates)
  if (dates.length === 0) refuse('bad-syntax', 'A plan has a date for one protocol at least.')
  for (const moment of [...dates, terms.cutOff, ...terms.brownOuts.map(({ start }) => start)]) {
    within(moment, 0, LATEST, 'A date')
  }
  if (dates.some((date) => date > terms.cutOff)) refuse('bad-syntax', 'The cut-off date is before that of a protocol.')
  within(terms.waves.length, 0, 20, 'The number of waves')
  within(terms.brownOuts.length, 0, 50, 'The number of brown-outs')
  for (const { unusedDays, aheadDays } of terms.waves) {
    within(unusedDays, 1, 3650, 'unusedDays')
    within(aheadDays, 1, 3650, 'aheadDays')
  }
  for (const { minutes } of terms.brownOuts) within(minutes, 1, 1440, 'minutes')
}

function within(value: number, low: number, high: number, what: string): void {
  if (!Number.isSafeInteger(value) || value < low || value > high) {
    refuse('bad-syntax', `${what} is no whole number from ${low} to ${high}.`)
  }
}

/** A cut-off date in the past is refused, because a typing error could not be corrected. */
export function refusePastCutOff(cutOff: number, now: number): void {
  if (cutOff <= now) refuse('bad-syntax', 'The cut-off date has passed already: nothing could be undone.')
}

/**
 * docs/reference/exchange-admin.md §10.2: from the cut-off date on, no administrator can enable a protocol again. Only
 * the operator of the server can remove the plan.
 */
export function refusePermanent({ cutOff }: RetirementPlan, now: number): void {
  if (now < cutOff) return
  refuse(
    'wrong-state',
    `The retirement is permanent since ${isoDateTime(cutOff)}: no administrator of the organization changes or removes the plan. What remains is the server's own configuration: started with directory.lift_permanent_retirement on, it lets Remove-BasicAuthRetirementPlan remove the plan.`,
  )
}

/** Returns the plan after a change. Refuses `wrong-state` if the change is too late, too early, or a repetition. */
export function changedPlan(
  plan: RetirementPlan,
  { reEnable, ...terms }: RetirementChange,
  now: number,
): RetirementPlan {
  refusePermanent(plan, now)
  if (terms.cutOff !== undefined) refusePastCutOff(terms.cutOff, now)
  const changed = { ...plan, ...terms, dates: { ...plan.dates, ...terms.dates } }
  checkTerms(changed)
  if (reEnable === undefined) return changed
  if (plan.reEnabled[reEnable] !== undefined) {
    refuse('wrong-state', `${reEnable} has been enabled again already, and that is done once.`)
  }
  const first = endOf(changed, { protocol: reEnable, lastUsed: undefined })
  if (!first || now < first.date) refuse('wrong-state', `${reEnable} is not retired.`)
  return { ...changed, reEnabled: { ...plan.reEnabled, [reEnable]: now } }
}

/** The plan after an owner enabled a protocol again. For refusals, see {@link RetirementPlans.reEnableOwn}. */
export function enabledByOwner(
  plan: RetirementPlan,
  {
    mailbox,
    protocol,
    now,
  }: {
    readonly mailbox: PlannedMailbox
    readonly protocol: RetiredProtocol
    readonly now: number
  },
): RetirementPlan {
  refusePermanent(plan, now)
  if (plan.selfService !== true) {
    refuse(
      'not-allowed',
      'The plan lets nobody enable their own mailbox again: an administrator does it for everybody.',
    )
  }
  const own = plan.ownReEnabled?.[mailbox.guid] ?? {}
  if (own[protocol] !== undefined) {
    refuse('wrong-state', `${protocol} has been enabled again for this mailbox already, and that is done once.`)
  }
  if (retirementStatus(plan, now, statusRequestFor(plan, protocol, mailbox)).is !== 'retired') {
    refuse('wrong-state', `${protocol} is not retired for this mailbox.`)
  }
  return { ...plan, ownReEnabled: { ...plan.ownReEnabled, [mailbox.guid]: { ...own, [protocol]: now } } }
}

/** A period with one status, until the next period starts. */
export interface RetirementPeriod {
  readonly from: number
  readonly open: boolean
  readonly standing: RetirementStatus
}

/** The status of one protocol of a mailbox now, and after each moment at which it changes. */
export function retirementOutlook(
  plan: RetirementPlan,
  now: number,
  asked: RetirementStatusRequest,
): readonly [RetirementPeriod, ...RetirementPeriod[]] {
  const ends = endOf(plan, asked)
  const moments = ends
    ? [ends.date, plan.cutOff, ...plan.brownOuts.flatMap((brownOut) => [brownOut.start, overAt(brownOut)])]
    : []
  const periods: [RetirementPeriod, ...RetirementPeriod[]] = [periodFrom(plan, now, asked)]
  for (const moment of moments.filter((it) => it > now).toSorted((one, other) => one - other)) {
    const next = periodFrom(plan, moment, asked)
    const last = periods.at(-1)!
    // The retirement date ends a brown-out that is in progress.
    if (next.open !== last.open || next.standing.is !== last.standing.is) periods.push(next)
  }
  return periods
}

function periodFrom(plan: RetirementPlan, from: number, asked: RetirementStatusRequest): RetirementPeriod {
  const found = retirementStatus(plan, from, asked)
  return { from, open: found.is === 'allowed' || found.is === 're-enabled', standing: found }
}

/** A notice that is sent once, some days before a date of the plan. */
export interface RetirementNotice {
  /** The mailbox's Guid, or the tenant's for a notice to its administrators. */
  readonly about: Guid
  readonly what: string
  /** When it comes to nothing. */
  readonly date: number
  /** How many days before the date it is sent. */
  readonly days: number
}

export interface RetirementNotices {
  /** Returns true if the caller is to send the notice, and false if another caller has taken it. */
  take(tenant: TenantId, notice: RetirementNotice): Promise<boolean>
  /** Releases a notice that could not be sent, so that it can be taken again. */
  giveBack(tenant: TenantId, notice: RetirementNotice): Promise<void>
}
