import type { MailProtocol } from '../../../access/types.ts'
import type { TenantId } from '../../../core/ids.ts'
import type { MailboxRecord } from '../../../domain/directory/types.ts'
import type { PortalDeps } from '../deps.ts'

/** A mailbox that passwords opened over a protocol. */
export interface OpenedMailbox {
  /** Undefined for those that were too many to be told apart. */
  readonly mailbox: MailboxRecord | undefined
  readonly protocol: MailProtocol
  readonly last: number
}

/** What passwords opened in the last so many days, as far as it is there still. */
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
