import type { Guid, TenantId } from '../../core/ids.ts'
import type { Directory, MailboxRecord } from '../../domain/directory/types.ts'
import { allowSendAs, liftSendAsDenial, listMailboxes } from '../command-line.ts'
import { printable } from '../printable.ts'
import { failed, type Finding } from './link.ts'

/** Whoever opened a mailbox, and wrote under an address that is not theirs to write under. */
export interface DeniedSender {
  readonly directory: Directory
  readonly tenant: TenantId
  /** What was opened. */
  readonly mailbox: MailboxRecord
  /** Who opened it: Exchange's Guid of the service principal, or the user's id. */
  readonly account: Guid | undefined
  readonly inWords: string
  /** As a trustee is named. */
  readonly trustee: string
}

/** contract/exchange-admin §2.4, §2.5, §13 row 14: FullAccess opens and does not let send as anybody. */
export async function judgeSender(sender: DeniedSender, address: string): Promise<Finding> {
  const { directory, tenant, mailbox, account, inWords, trustee } = sender
  const opened = mailbox.primarySmtpAddress
  const given = `The message is from ${printable(address)}, which is no address of the mailbox ${opened}.`
  const other = await directory.mailboxes.findByAddress(tenant, address)
  if (!other) return failed(`${given} No mailbox of the tenant has it.`, listMailboxes())
  const owner = mailbox.externalDirectoryObjectId
  const ids = await directory.groups.standing(account ? [owner, account] : [owner])
  const entries = (await directory.sendAs.on(other.id)).flatMap(({ trustee: of, deny }) =>
    of.kind !== 'self' && ids.has(of.id) ? [{ ...of, deny }] : [],
  )
  const denials = entries.filter(({ deny }) => deny)
  const theirs = other.primarySmtpAddress
  const missing = entries.length === denials.length
  return failed(
    denials.length > 0
      ? `${given} To send as the mailbox ${theirs} is denied to ${denials.map(({ name }) => name).join(', ')}.`
      : `${given} ${inWords} has no SendAs for the mailbox ${theirs}, and nor has the mailbox ${opened}; FullAccess is not enough.`,
    ...denials.map(({ id }) => liftSendAsDenial(theirs, id)),
    ...(missing ? [allowSendAs(theirs, trustee)] : []),
  )
}
