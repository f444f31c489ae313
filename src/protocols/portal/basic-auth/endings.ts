import { type Closing, closingsOf } from '../../../access/revocation/planned-end.ts'
import type { MailProtocol } from '../../../access/types.ts'
import { DAY } from '../../../core/time.ts'
import type { TenantId } from '../../../core/ids.ts'
import type { MailboxRecord, RetirementPlan } from '../../../domain/directory/types.ts'
import type { PortalDeps } from '../deps.ts'
import { openedIn } from './plan.ts'
import { type BasicUse, basicUses } from './report.ts'

type Deps = Pick<PortalDeps, 'directory' | 'signIns' | 'world'>

/** Users who used no password for so many days are not counted. */
export const USED_WITHIN = 30

/** Passwords that are in use over a protocol, and no longer will be. */
export interface RetirementEnd extends Closing {
  readonly mailbox: MailboxRecord
  readonly protocol: MailProtocol
  /** Those that are told apart. */
  readonly uses: readonly BasicUse[]
  /** When it ends for longer than a brown-out. */
  readonly ends: number
}

/** Returns the retirements and brown-outs of the next days, in order. */
export async function endingsIn(
  deps: Deps,
  { id: tenant, plan }: { readonly id: TenantId; readonly plan: RetirementPlan },
  within: number,
): Promise<readonly RetirementEnd[]> {
  const now = deps.world.now()
  if (plan.cutOff <= now) return []
  const uses = Map.groupBy(await basicUses(deps, tenant, { days: USED_WITHIN }), (use) =>
    keyOf(use.mailbox, use.protocol),
  )
  const found = new Map<string, RetirementEnd>()
  for (const { mailbox, protocol } of await openedIn(deps, tenant, USED_WITHIN)) {
    if (!mailbox) continue
    const key = keyOf(mailbox.primarySmtpAddress, protocol)
    const closings = closingsOf(plan, mailbox, { protocol, now })
    const ends = closings.find(({ brownOut }) => !brownOut)?.date ?? plan.cutOff
    const of = (uses.get(key) ?? []).filter(({ granted }) => granted > 0)
    for (const closing of closings.filter(({ date }) => date > now && date - now <= within * DAY)) {
      found.set(`${key} ${closing.date}`, { ...closing, mailbox, protocol, ends, uses: of })
    }
  }
  return [...found.values()].toSorted((one, other) => one.date - other.date)
}

const keyOf = (address: string, protocol: MailProtocol): string => `${address} ${protocol}`
