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

/** A plan as it would be if it were created or changed now. Stores nothing. Refuses what the directory refuses. */
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

/** A time from which passwords do not open a mailbox over a protocol; it may open again later. */
export interface Closing {
  readonly date: number
  /** Undefined if the plan does not let it open again. */
  readonly until: number | undefined
  readonly brownOut: boolean
  /** Set for mailboxes of a wave; undefined for those in use. */
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

/**
 * The times, from now on, at which the plan changes what a password can open in a mailbox over a protocol, ascending.
 */
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

/** The client capability for tokens that can be revoked before they expire. */
export const ENDS_EARLY = 'cp1'

/** In seconds: the issue time in a token is five minutes early (docs/reference/identity.md §2.4). */
const BACKDATED = 300

/** Whether the user's password was changed, or the user's sign-ins were revoked, since that time. */
export const isOverSince = (moment: number, { passwordChanged, signInsRevoked }: User): boolean =>
  (passwordChanged !== undefined && moment < passwordChanged) ||
  (signInsRevoked !== undefined && moment <= signInsRevoked)

/** Whether a user's token ends before it expires. Only tokens of clients that support claims challenges do. */
export const endedEarly = (
  { iat, xms_cc: capabilities }: Pick<UserTokenClaims, 'iat' | 'xms_cc'>,
  user: User,
): boolean => capabilities?.includes(ENDS_EARLY) === true && isOverSince((iat + BACKDATED) * 1000, user)
