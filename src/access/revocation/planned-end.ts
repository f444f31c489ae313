import type { TenantId } from '../../core/ids.ts'
import { Refusal, refuse } from '../../core/refusal.ts'
import {
  statusRequestFor,
  changedPlan,
  checkTerms,
  enabledByOwner,
  endOf,
  retirementOutlook,
  retiredProtocols,
} from '../../domain/directory/exchange/retirement/retirement-plan.ts'
import type {
  LastUses,
  PlannedMailbox,
  RetiredProtocol,
  RetirementPlan,
  RetirementTerms,
  RetirementWave,
  User,
} from '../../domain/directory/types.ts'
import type { UserTokenClaims } from '../../domain/tokens/types.ts'
import { basicSwitch } from '../checks/basic-authentication.ts'
import type { MailProtocol } from '../types.ts'

/** A plan as it would be if it were made, or changed, now; it is written nowhere. Refuses what the directory would. */
export function plannedNow(
  stored: RetirementPlan | undefined,
  terms: Partial<RetirementTerms>,
  made: { readonly tenant: TenantId; readonly now: number; readonly lastUses: LastUses },
): RetirementPlan {
  if (stored) return changedPlan(stored, terms, made.now)
  const { dates = {}, waves = [], brownOuts = [], cutOff = Math.max(0, ...Object.values(dates)) } = terms
  if (Object.keys(dates).length === 0) {
    refuse('bad-syntax', 'There is no plan, and none can be tried without a date for one protocol.')
  }
  const whole = { dates, waves, brownOuts, cutOff }
  checkTerms(whole)
  return { ...whole, tenant: made.tenant, made: made.now, lastUses: made.lastUses, reEnabled: {} }
}

/** A moment from which on a mailbox is not opened with a password over a protocol, though it may be later. */
export interface Closing {
  readonly date: number
  /** Undefined where it does not open again by the plan. */
  readonly until: number | undefined
  readonly brownOut: boolean
  /** Of the mailboxes that go together; undefined for those in use. */
  readonly wave: RetirementWave | undefined
}

/** Returns the steps of a plan that retire passwords for a mailbox, in order, with those that are already in force. */
export function closingsOf(
  plan: RetirementPlan,
  mailbox: PlannedMailbox,
  { protocol, now }: { readonly protocol: MailProtocol; readonly now: number },
): readonly Closing[] {
  const request = statusRequestFor(plan, basicSwitch[protocol], mailbox)
  const periods = retirementOutlook(plan, now, request)
  return periods.flatMap(({ from, open, standing: principal }, place) => {
    if (open) return []
    return {
      // Steps that are in force now began earlier.
      date: place === 0 && principal.is === 'retired' ? principal.since : from,
      until: periods.slice(place + 1).find((later) => later.open)?.from,
      brownOut: principal.is === 'brown-out',
      wave: endOf(plan, request)?.wave,
    }
  })
}

/** The times from now on at which the plan changes the state of a mailbox and a protocol, in ascending order. */
export const turningPoints = (
  plan: RetirementPlan,
  mailbox: PlannedMailbox,
  { protocol, now }: { readonly protocol: MailProtocol; readonly now: number },
): readonly number[] => {
  const periods = retirementOutlook(plan, now, statusRequestFor(plan, basicSwitch[protocol], mailbox)).slice(1)
  return periods.map(({ from }) => from)
}

/** The display names of the protocols for which a plan retires passwords. */
export const retiredNames: Readonly<Record<RetiredProtocol, string>> = { Imap: 'IMAP4', Pop: 'POP3', Smtp: 'SMTP' }

/** Returns the protocols that the owner of a mailbox may enable for it again now. */
export const enabledByOwnerNow = (
  plan: RetirementPlan,
  mailbox: PlannedMailbox,
  now: number,
): readonly RetiredProtocol[] =>
  retiredProtocols.filter((protocol) => {
    try {
      enabledByOwner(plan, { mailbox, protocol, now })
      return true
    } catch (thrown) {
      if (thrown instanceof Refusal) return false
      throw thrown
    }
  })

/** The capability of hearing that a token ended before its time. */
export const ENDS_EARLY = 'cp1'

/** Seconds: tokens say that they were issued five minutes before they were (docs/reference/identity.md §2.4). */
const BACKDATED = 300

/** Whether the person has had a new password, or their sign-ins were revoked, since that moment. */
export const isOverSince = (moment: number, { passwordChanged, signInsRevoked }: User): boolean =>
  (passwordChanged !== undefined && moment < passwordChanged) ||
  (signInsRevoked !== undefined && moment <= signInsRevoked)

/** Whether a user's token ends before it expires. Only tokens of clients that support claims challenges do. */
export const endedEarly = (
  { iat, xms_cc: capabilities }: Pick<UserTokenClaims, 'iat' | 'xms_cc'>,
  user: User,
): boolean => capabilities?.includes(ENDS_EARLY) === true && isOverSince((iat + BACKDATED) * 1000, user)
