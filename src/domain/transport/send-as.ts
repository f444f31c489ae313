import type { Guid } from '../../core/ids.ts'
import { type Addressee, type AddressBook, holds } from './address-book.ts'
import type { Sender } from './types.ts'

/** With whose mailbox it is that was opened. */
export interface OpenedSender extends Sender {
  readonly own: Addressee
}

/** contract/exchange-admin §2.4: its own addresses, and those of mailboxes as which SendAs lets it send. */
export async function maySendAs(directory: AddressBook, sender: OpenedSender, address: string): Promise<boolean> {
  if (holds(sender.own, address)) return true
  const other = await directory.mailboxes.findByAddress(sender.own.tenant, address)
  return other !== undefined && directory.sendAs.allowed(other.id, await accounts(directory, sender))
}

/**
 * Whose permissions count: those of the mailbox that was opened, as which its mail is sent, and those of who opened it. One
 * of them that is denied it is enough to be refused.
 */
async function accounts({ exchange }: AddressBook, { own, author }: OpenedSender): Promise<readonly Guid[]> {
  if (author.kind === 'user') return [own.externalDirectoryObjectId, author.id]
  const principal = await exchange.findByAppId(own.tenant, author.appId)
  return [own.externalDirectoryObjectId, ...(principal ? [principal.guid] : [])]
}
