import { comingEnd } from '../../../access/planned-end.ts'
import type { MailProtocol } from '../../../access/types.ts'
import type { TenantId } from '../../../core/ids.ts'
import type { MailboxRecord } from '../../../domain/directory/types.ts'
import type { PortalDeps } from '../deps.ts'
import { type BasicUse, basicUses } from './report.ts'

type Deps = Pick<PortalDeps, 'directory' | 'signIns' | 'world'>

const DAY = 86_400_000
/** Whoever used no password in so many days is not counted. */
export const USED_WITHIN = 30

/** Passwords that are in use over a protocol, and no longer will be. */
export interface Ending {
  readonly mailbox: MailboxRecord
  readonly protocol: MailProtocol
  readonly date: number
  readonly uses: readonly BasicUse[]
}

/** What ends in so many days, the first first. */
export async function endingsIn(deps: Deps, tenant: TenantId, within: number): Promise<readonly Ending[]> {
  const { directory, world } = deps
  const now = world.now()
  const plan = await directory.retirementPlans.of(tenant)
  if (!plan || plan.cutOff <= now) return []
  const found = new Map<string, Ending>()
  for (const use of await basicUses(deps, tenant, { days: USED_WITHIN, mailbox: undefined })) {
    const { protocol } = use
    const mailbox = use.granted > 0 ? await directory.mailboxes.findByAddress(tenant, use.mailbox) : undefined
    const date = mailbox && comingEnd(plan, mailbox, { protocol, now })
    if (!mailbox || date === undefined || date - now > within * DAY) continue
    const key = `${mailbox.guid} ${protocol}`
    found.set(key, { mailbox, protocol, date, uses: [...(found.get(key)?.uses ?? []), use] })
  }
  return [...found.values()].toSorted((one, other) => one.date - other.date)
}
