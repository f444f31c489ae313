import { basicSwitch } from '../../../access/links/basic-authentication.ts'
import { type Closing, closingsOf, plannedNow } from '../../../access/planned-end.ts'
import type { Guid, TenantId } from '../../../core/ids.ts'
import type { LastUses, RetirementTerms } from '../../../domain/directory/types.ts'
import type { PortalDeps } from '../deps.ts'
import { type BasicUse, basicUses } from './report.ts'

type Deps = Pick<PortalDeps, 'directory' | 'signIns' | 'world'>

/** As far back as uses are kept at most. */
const EVER = 3650

/** When each mailbox was last opened with a password, over each protocol; what was refused is no use. */
export async function lastUsesIn(deps: Deps, tenant: TenantId): Promise<LastUses> {
  const found: Record<Guid, Record<string, number>> = {}
  for (const { mailbox, protocol, granted, last } of await basicUses(deps, tenant, { days: EVER })) {
    const record = granted > 0 ? await deps.directory.mailboxes.findByAddress(tenant, mailbox) : undefined
    if (!record) continue
    const word = basicSwitch[protocol]
    const of = (found[record.guid] ??= {})
    of[word] = Math.max(of[word] ?? 0, last)
  }
  return found
}

/** A program that signs in with a password, and a moment from which on it cannot. */
export interface Break extends Closing {
  readonly use: BasicUse
}

/** Which programs break by the plan that there is, as it would be with these terms, and at each date; the first first. */
export async function breaksBy(
  deps: Deps,
  tenant: TenantId,
  terms: Partial<RetirementTerms>,
): Promise<readonly Break[]> {
  const { directory, world } = deps
  const stored = await directory.retirementPlans.of(tenant)
  const lastUses = stored ? stored.lastUses : await lastUsesIn(deps, tenant)
  const now = world.now()
  const plan = plannedNow(stored, terms, { tenant, now, lastUses })
  const breaks: Break[] = []
  for (const use of await basicUses(deps, tenant, { days: EVER })) {
    const record = use.granted > 0 ? await directory.mailboxes.findByAddress(tenant, use.mailbox) : undefined
    const closings = record ? closingsOf(plan, record, { protocol: use.protocol, now }) : []
    breaks.push(...closings.map((closing) => ({ ...closing, use })))
  }
  return breaks.toSorted((one, other) => one.date - other.date)
}
