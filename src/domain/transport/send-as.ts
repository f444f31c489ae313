import type { Guid } from '../../core/ids.ts'
import { type Addressee, type AddressBook, holds } from './address-book.ts'
import type { Sender } from './types.ts'

/** With whose mailbox it is that was opened. */
export interface OpenedSender extends Sender {
  readonly own: Addressee
}

/** How somebody may write under an address, and whose it is. */
export interface Standing {
  readonly how: 'own' | 'send-as' | 'on-behalf'
  readonly of: Addressee
}

/**
 * contract/exchange-admin §2.4, §3.2: under its own addresses, under those of mailboxes as which SendAs lets it send, and
 * on behalf of those that granted it that.
 */
export async function standingUnder(
  directory: AddressBook,
  sender: OpenedSender,
  address: string,
): Promise<Standing | undefined> {
  const { own, author } = sender
  if (holds(own, address)) return { how: 'own', of: own }
  const other = await directory.mailboxes.findByAddress(own.tenant, address)
  if (!other) return undefined
  if (await directory.sendAs.allowed(other.id, await accounts(directory, sender))) return { how: 'send-as', of: other }
  const { onBehalf } = other.mailFlow
  if (onBehalf.length === 0) return undefined
  const users = [own.externalDirectoryObjectId, ...(author.kind === 'user' ? [author.id] : [])] as const
  const as = await directory.groups.standing(users)
  return onBehalf.some((id) => as.has(id)) ? { how: 'on-behalf', of: other } : undefined
}

/**
 * Whose permissions count: those of the mailbox that was opened, as which its mail is sent, and those of who opened it. One
 * of them that is denied it is enough to be refused.
 */
async function accounts({ exchange }: AddressBook, { own, author }: OpenedSender): Promise<readonly [Guid, ...Guid[]]> {
  if (author.kind === 'user') return [own.externalDirectoryObjectId, author.id]
  const principal = await exchange.findByAppId(own.tenant, author.appId)
  return [own.externalDirectoryObjectId, ...(principal ? [principal.guid] : [])]
}
