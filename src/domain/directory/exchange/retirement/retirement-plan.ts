import { isoDateTime } from '../../../../core/date-format.ts'
import { DAY, MINUTE } from '../../../../core/duration.ts'
import type { Guid, TenantId } from '../../../../core/ids.ts'
import { refuse } from '../../../../core/refusal.ts'
import type { MailboxRecord } from '../../objects.ts'
import type { BasicProtocol } from '../authentication-policies/authentication-policy.ts'

const LATEST = Date.UTC(9999, 0)

export const retiredProtocols = ['Imap', 'Pop', 'Smtp'] as const satisfies readonly BasicProtocol[]

export type RetiredProtocol = (typeof retiredProtocols)[number]

type PerProtocol = Readonly<Partial<Record<RetiredProtocol, number>>>

/** Mailboxes that were there and not used for so many days before the plan was made go so many days ahead of the rest. */
export interface RetirementWave {
  readonly unusedDays: number
  readonly aheadDays: number
}

/** Off from a moment on, for a while, and on again. */
export interface BrownOut {
  readonly start: number
  readonly minutes: number
}

export interface RetirementTerms {
  /** When each protocol takes passwords no more; one without a date stays as it is. */
  readonly dates: PerProtocol
  readonly waves: readonly RetirementWave[]
  readonly brownOuts: readonly BrownOut[]
  /** From then on nothing is enabled again. */
  readonly cutOff: number
  /** Whether whoever a mailbox belongs to may enable a protocol for it again, once. */
  readonly selfService?: boolean
  /** Who is told beside the administrators who have a mailbox: the address of a mailbox, or nothing. */
  readonly notifyAddress?: string
}

/** When each mailbox was last opened with a password, over each protocol, before the plan was made. */
export type LastUses = Readonly<Record<Guid, PerProtocol>>

/** How basic authentication ends in a tenant. */
export interface RetirementPlan extends RetirementTerms {
  readonly tenant: TenantId
  readonly made: number
  readonly lastUses: LastUses
  /** When a protocol was enabled again, which happens once. */
  readonly reEnabled: PerProtocol
  /** The same for single mailboxes, by those to whom they belong. */
  readonly ownReEnabled?: LastUses
}

/** What is absent stays. */
export type RetirementChange = Partial<RetirementTerms> & { readonly reEnable?: RetiredProtocol }

export interface RetirementPlans {
  of(tenant: TenantId): Promise<RetirementPlan | undefined>
  /** Refuses `already-exists`: a tenant has one. */
  create(tenant: TenantId, terms: RetirementTerms, lastUses: LastUses): Promise<RetirementPlan>
  /** Refuses `wrong-state` once the cut-off date has come. */
  update(tenant: TenantId, change: RetirementChange): Promise<RetirementPlan>
  /**
   * Enables a retired protocol again for one mailbox, which its owner does once. Refuses `not-allowed` where the plan
   * does not let them, and `wrong-state` for what is not retired, was enabled before, or is permanent.
   */
  reEnableOwn(
    tenant: TenantId,
    mailbox: PlannedMailbox & Pick<MailboxRecord, 'displayName'>,
    protocol: RetiredProtocol,
  ): Promise<RetirementPlan>
  /** Everything is as it was before the plan; refuses `wrong-state` once the cut-off date has come. */
  remove(tenant: TenantId): Promise<void>
}

/** Where a mailbox stands with a plan, over one protocol. */
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
  /** Undefined where it was never used, as far as is known. */
  readonly lastUsed: number | undefined
  /** Whether its owner enabled it again, and the plan lets that count. */
  readonly ownAgain?: boolean
}

/** A mailbox as a plan knows it. */
export type PlannedMailbox = Pick<MailboxRecord, 'guid' | 'created'>

/**
 * What a plan knows of a mailbox. A new one has not been unused for long; where there is none it is as with one that is in
 * use, or whoever guesses would be told which of them still take passwords.
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

/** When a mailbox's protocol ends by the plan, and in which wave. */
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

/** The next moment at which somebody may no longer be let in who is now. */
export function nextEnd({ dates, waves, brownOuts, cutOff }: RetirementPlan, now: number): number | undefined {
  const ahead = [0, ...waves.map(({ aheadDays }) => aheadDays * DAY)]
  const ends = Object.values(dates).flatMap((date) => ahead.map((earlier) => date - earlier))
  const coming = [...ends, ...brownOuts.map(({ start }) => start), cutOff].filter((moment) => moment > now)
  return coming.length === 0 ? undefined : Math.min(...coming)
}

export const overAt = ({ start, minutes }: BrownOut): number => start + minutes * MINUTE

/** Refuses `bad-syntax` for what is no plan. */
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

/** A slip of the pen could not be taken back. */
export function refusePastCutOff(cutOff: number, now: number): void {
  if (cutOff <= now) refuse('bad-syntax', 'The cut-off date has passed already: nothing could be undone.')
}

/**
 * docs/reference/exchange-admin.md §10.2: at the end nobody enables anything again; whoever runs the server has the
 * last word.
 */
export function refusePermanent({ cutOff }: RetirementPlan, now: number): void {
  if (now < cutOff) return
  refuse(
    'wrong-state',
    `The retirement is permanent since ${isoDateTime(cutOff)}: no administrator of the organization changes or removes the plan. What remains is the server's own configuration: started with directory.lift_permanent_retirement on, it lets Remove-BasicAuthRetirementPlan remove the plan.`,
  )
}

/** The plan after a change; refuses `wrong-state` for one that comes too late, too early, or twice. */
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

/** The plan after a mailbox's owner enabled a protocol again; refuses what {@link RetirementPlans.reEnableOwn} refuses. */
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

/** From a moment on, until the next. */
export interface RetirementPeriod {
  readonly from: number
  readonly open: boolean
  readonly standing: RetirementStatus
}

/** How a mailbox stands with a plan over one protocol now, and at each moment from which on it is let in or kept out. */
export function retirementOutlook(
  plan: RetirementPlan,
  now: number,
  asked: RetirementStatusRequest,
): readonly [RetirementPeriod, ...RetirementPeriod[]] {
  const ends = endOf(plan, asked)
  const moments = ends
    ? [ends.date, plan.cutOff, ...plan.brownOuts.flatMap((brownOut) => [brownOut.start, overAt(brownOut)])]
    : []
  const spells: [RetirementPeriod, ...RetirementPeriod[]] = [spellFrom(plan, now, asked)]
  for (const moment of moments.filter((it) => it > now).toSorted((one, other) => one - other)) {
    const next = spellFrom(plan, moment, asked)
    const last = spells.at(-1)!
    // A brown-out into which the end falls is over at the end.
    if (next.open !== last.open || next.standing.is !== last.standing.is) spells.push(next)
  }
  return spells
}

function spellFrom(plan: RetirementPlan, from: number, asked: RetirementStatusRequest): RetirementPeriod {
  const found = retirementStatus(plan, from, asked)
  return { from, open: found.is === 'allowed' || found.is === 're-enabled', standing: found }
}

/** What is said ahead of a date of the plan, and once. */
export interface RetirementNotice {
  /** The mailbox's Guid, or the tenant's for what its administrator is told. */
  readonly about: Guid
  readonly what: string
  /** When it comes to nothing. */
  readonly date: number
  /** At which distance from the date it is said. */
  readonly days: number
}

export interface RetirementNotices {
  /** Whether it is for the caller to say: false once it has been taken. */
  take(tenant: TenantId, notice: RetirementNotice): Promise<boolean>
  /** It could not be said, and can be taken again. */
  giveBack(tenant: TenantId, notice: RetirementNotice): Promise<void>
}
