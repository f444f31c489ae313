import type { AppId, TenantId } from '../../../core/ids.ts'
import type { MailboxUse } from '../../../domain/audit/types.ts'
import type { HangingMailbox, ReportDeps } from './expiring.ts'

/** The mailboxes that hang on an app: those it may open, and those it opened for somebody. */
export async function hangingOn(
  { directory, signIns }: ReportDeps,
  tenant: TenantId,
  appId: AppId,
): Promise<readonly HangingMailbox[]> {
  const principal = await directory.exchange.findByAppId(tenant, appId)
  const permitted = principal ? await directory.mailboxes.openTo(tenant, principal.guid) : []
  const found = new Map(
    permitted.map(({ primarySmtpAddress: address }) => [address, { address, permitted: true, uses: [] as Use[] }]),
  )
  const uses = await signIns.mailboxUses(tenant, appId)
  for (const [given, ofAddress] of Map.groupBy(uses, ({ mailbox }) => mailbox)) {
    // An address that names no mailbox any more stops for another reason.
    const mailbox = await directory.mailboxes.findByAddress(tenant, given)
    if (!mailbox) continue
    const address = mailbox.primarySmtpAddress
    const known = found.get(address) ?? { address, permitted: false, uses: [] as Use[] }
    found.set(address, known)
    for (const { protocol, at } of ofAddress) add(known.uses, { protocol, last: at })
  }
  return [...found.values()].sort((a, b) => lastOf(b) - lastOf(a))
}

type Use = { readonly protocol: MailboxUse['protocol']; readonly last: number }

/** A mailbox may have been opened by several of its addresses. */
function add(uses: Use[], use: Use): void {
  const known = uses.findIndex(({ protocol }) => protocol === use.protocol)
  if (known === -1) uses.push(use)
  else if (uses[known]!.last < use.last) uses[known] = use
  uses.sort((a, b) => b.last - a.last)
}

const lastOf = ({ uses }: HangingMailbox): number => uses[0]?.last ?? 0
