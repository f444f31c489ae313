import type { TenantId } from '../core/ids.ts'
import { changedPlan, checkTerms, endOf } from '../domain/directory/exchange/retirement/retirement-plan.ts'
import type {
  LastUses,
  MailboxRecord,
  RetirementPlan,
  RetirementTerms,
  RetirementWave,
} from '../domain/directory/types.ts'
import { basicSwitch } from './links/basic-authentication.ts'
import type { MailProtocol } from './types.ts'

/** A plan as it would be if it were made, or changed, now; it is written nowhere. Refuses what the directory would. */
export function plannedNow(
  stored: RetirementPlan | undefined,
  terms: Partial<RetirementTerms>,
  made: { readonly tenant: TenantId; readonly now: number; readonly lastUses: LastUses },
): RetirementPlan {
  if (stored) return changedPlan(stored, terms, made.now)
  const { dates = {}, waves = [], brownOuts = [], cutOff = Math.max(0, ...Object.values(dates)) } = terms
  const whole = { dates, waves, brownOuts, cutOff }
  checkTerms(whole)
  return { ...whole, tenant: made.tenant, made: made.now, lastUses: made.lastUses, reEnabled: {} }
}

/** The next date at which a mailbox that takes passwords over a protocol no longer does; brown-outs aside. */
export function comingEnd(
  plan: RetirementPlan,
  mailbox: Pick<MailboxRecord, 'guid'>,
  { protocol, now }: { readonly protocol: MailProtocol; readonly now: number },
): number | undefined {
  const end = plannedEnd(plan, mailbox, protocol)
  if (!end) return undefined
  const again = plan.reEnabled[basicSwitch[protocol]] !== undefined
  const date = again && now >= end.date ? plan.cutOff : Math.min(end.date, plan.cutOff)
  return date > now ? date : undefined
}

/** When a mailbox takes no more passwords over a protocol, and in which wave. */
export function plannedEnd(
  plan: RetirementPlan,
  { guid }: Pick<MailboxRecord, 'guid'>,
  mailProtocol: MailProtocol,
): { readonly date: number; readonly wave: RetirementWave | undefined } | undefined {
  const protocol = basicSwitch[mailProtocol]
  return endOf(plan, { protocol, lastUsed: plan.lastUses[guid]?.[protocol] })
}
