import { type Closing, closingsOf } from '../../../access/planned-end.ts'
import type { MailProtocol } from '../../../access/types.ts'
import type { TenantId } from '../../../core/ids.ts'
import type { MailboxRecord, RetirementPlan } from '../../../domain/directory/types.ts'
import type { PortalDeps } from '../deps.ts'
import { type BasicUse, basicUses } from './report.ts'

type Deps = Pick<PortalDeps, 'directory' | 'signIns' | 'world'>

const DAY = 86_400_000
/** Whoever used no password in so many days is not counted. */
export const USED_WITHIN = 30

/** Passwords that are in use over a protocol, and no longer will be. */
export interface Ending extends Closing {
  readonly mailbox: MailboxRecord
  readonly protocol: MailProtocol
  readonly uses: readonly BasicUse[]
  /** When it ends for longer than a brown-out. */
  readonly ends: number
}

/** What ends in so many days, or is off for a while, the first first. */
export async function endingsIn(
  deps: Deps,
  { id: tenant, plan }: { readonly id: TenantId; readonly plan: RetirementPlan },
  within: number,
): Promise<readonly Ending[]> {
  const { directory, world } = deps
  const now = world.now()
  if (plan.cutOff <= now) return []
  const found = new Map<string, Ending>()
  for (const use of await basicUses(deps, tenant, { days: USED_WITHIN })) {
    const { protocol } = use
    const mailbox = use.granted > 0 ? await directory.mailboxes.findByAddress(tenant, use.mailbox) : undefined
    const closings = mailbox ? closingsOf(plan, mailbox, { protocol, now }) : []
    const ends = closings.find(({ brownOut }) => !brownOut)?.date ?? plan.cutOff
    for (const closing of closings) {
      if (!mailbox || closing.date <= now || closing.date - now > within * DAY) continue
      const key = `${mailbox.guid} ${protocol} ${closing.date}`
      found.set(key, { ...closing, mailbox, protocol, ends, uses: [...(found.get(key)?.uses ?? []), use] })
    }
  }
  return [...found.values()].toSorted((one, other) => one.date - other.date)
}
