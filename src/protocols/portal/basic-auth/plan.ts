import { basicSwitch } from '../../../access/checks/basic-authentication.ts'
import { type Closing, closingsOf, plannedNow } from '../../../access/revocation/planned-end.ts'
import type { MailProtocol } from '../../../access/types.ts'
import type { Guid, TenantId } from '../../../core/ids.ts'
import type { LastUses, MailboxRecord, RetiredProtocol, RetirementTerms } from '../../../domain/directory/types.ts'
import type { PortalDeps } from '../deps.ts'
import { type BasicUse, basicUses } from './report.ts'

type Deps = Pick<PortalDeps, 'directory' | 'signIns' | 'world'>

/** As far back as uses are kept at most. */
const EVER = 3650

/** When each mailbox was last opened with a password, over each protocol; what was refused is no use. */
export async function lastUsesIn(deps: Deps, tenant: TenantId): Promise<LastUses> {
  const found = new Map<Guid, Partial<Record<RetiredProtocol, number>>>()
  for (const { mailbox, protocol, last } of await openedIn(deps, tenant, EVER)) {
    const word = basicSwitch[protocol]
    // A record that does not name the protocol counts for each; an app that may be in use is not retired early.
    for (const { guid } of mailbox ? [mailbox] : await deps.directory.mailboxes.all(tenant)) {
      const of = found.get(guid) ?? {}
      found.set(guid, { ...of, [word]: Math.max(of[word] ?? 0, last) })
    }
  }
  return Object.fromEntries(found)
}

/** A program that signs in with a password, and a moment from which on it cannot. */
export interface Break extends Closing {
  readonly use: BasicUse
}

/**
 * Which programs break by the plan that there is, as it would be with these terms, and at each date; the first first.
 */
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

/** A mailbox that passwords opened over a protocol. */
interface OpenedMailbox {
  /** Undefined for those that were too many to be told apart. */
  readonly mailbox: MailboxRecord | undefined
  readonly protocol: MailProtocol
  readonly last: number
}

/** Returns the sign-ins with passwords of the last days, as far as records are kept. */
export async function openedIn(
  { directory, signIns }: Pick<PortalDeps, 'directory' | 'signIns'>,
  tenant: TenantId,
  days: number,
): Promise<readonly OpenedMailbox[]> {
  await signIns.settled()
  const opened: OpenedMailbox[] = []
  for (const { mailbox: address, protocol, last } of await signIns.opened({ tenant, days, authentication: 'Basic' })) {
    const mailbox = address === '' ? undefined : await directory.mailboxes.findByAddress(tenant, address)
    if (mailbox || address === '') opened.push({ mailbox, protocol: protocol as MailProtocol, last })
  }
  return opened
}
