import { type Closing, closingsOf } from '../../../access/revocation/planned-end.ts'
import type { MailProtocol } from '../../../access/types.ts'
import type { TenantId } from '../../../core/ids.ts'
import { DAY } from '../../../core/time.ts'
import type { Directory, MailboxRecord, RetiredProtocol, RetirementPlan } from '../../../domain/directory/types.ts'
import type { PortalDeps } from '../deps.ts'
import { openedIn } from './plan.ts'
import { basicProtocols, type BasicUse, basicUses, protocolNames } from './report.ts'

type Deps = Pick<PortalDeps, 'directory' | 'signIns' | 'world'>

/** Users who used no password for so many days are not counted. */
export const USED_WITHIN = 30

/** Passwords that are in use over a protocol, and no longer will be. */
export interface RetirementEnd extends Closing {
  readonly mailbox: MailboxRecord
  readonly protocol: MailProtocol
  /** The ones that the notice lists separately. */
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

/** After so long with the server off, no notification is sent any more. */
const NOTICE_PERIOD = 7 * DAY

/** A protocol that takes passwords again for one mailbox, since its owner enabled it. */
export interface EnabledAgain {
  /** Which it is, among those of a plan. */
  readonly key: string
  readonly address: string
  /** As people call the protocol. */
  readonly name: string
  readonly protocol: MailProtocol
  readonly at: number
  /** When it is no news any more. */
  readonly forgotten: number
}

/** Returns the protocols that owners enabled again recently. */
export async function enabledAgain(
  { mailboxes }: Directory,
  { tenant, ownReEnabled = {} }: RetirementPlan,
  now: number,
): Promise<readonly EnabledAgain[]> {
  const found: EnabledAgain[] = []
  for (const [guid, words] of Object.entries(ownReEnabled)) {
    for (const [word, at] of Object.entries(words)) {
      const forgotten = at + NOTICE_PERIOD
      const mailbox = forgotten > now ? await mailboxes.find(tenant, guid) : undefined
      if (!mailbox) continue
      const protocol = basicProtocols[word as RetiredProtocol]
      const { primarySmtpAddress: address } = mailbox
      found.push({ key: `${guid} ${word}`, address, name: protocolNames[protocol], protocol, at, forgotten })
    }
  }
  return found
}
