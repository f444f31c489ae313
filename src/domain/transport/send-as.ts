import type { Guid } from '../../core/ids.ts'
import type { ResolvedRecipient, AddressBook } from './address-book.ts'
import type { MessageAuthor, Sender } from './types.ts'

/** With whose mailbox it is that was opened. */
export interface OpenedSender extends Sender {
  readonly own: ResolvedRecipient
  /**
   * The mailbox under whose addresses mail goes out without further permission: the one that was opened, but for a
   * person whose it is not that person's own, if there is one.
   */
  readonly account: ResolvedRecipient | undefined
}

export async function accountOf(
  { mailboxes }: AddressBook,
  own: ResolvedRecipient,
  author: MessageAuthor,
): Promise<OpenedSender['account']> {
  if (author.kind === 'app' || author.id === own.externalDirectoryObjectId) return own
  const found = await mailboxes.find(own.tenant, author.id)
  // Another may be named like a person who has none.
  return found?.externalDirectoryObjectId === author.id ? found : undefined
}

/** How somebody may write under an address, and whose it is. */
export interface SendPermission {
  readonly how: 'own' | 'send-as' | 'on-behalf'
  readonly of: ResolvedRecipient
}

/**
 * docs/reference/exchange-admin.md §2.1, §2.4, §3.2: under its own addresses, under those of mailboxes as which SendAs
 * lets it send, and on behalf of those that granted it that. FullAccess opens a mailbox to a person, and lets nobody
 * send as it.
 */
export async function sendPermissionFor(
  directory: AddressBook,
  sender: Pick<OpenedSender, 'own' | 'account' | 'author'>,
  address: string,
): Promise<SendPermission | undefined> {
  const { own, account } = sender
  const of = await directory.mailboxes.findByAddress(own.tenant, address)
  if (!of) return undefined
  if (of.id === account?.id) return { how: 'own', of }
  const as = await accounts(directory, sender)
  if (await directory.sendAs.allowed(of.id, as)) return { how: 'send-as', of }
  const { onBehalf } = of.mailFlow
  // Who it is that sends has to have an address to be named by.
  if (!account || onBehalf.length === 0) return undefined
  const names = await directory.groups.standing([account.externalDirectoryObjectId])
  return onBehalf.some((id) => names.has(id)) ? { how: 'on-behalf', of } : undefined
}

/**
 * Whose permissions count: a person's own; for an app those of the mailbox that was opened, as which its mail is sent,
 * and those of the app. One of them that is denied it is enough to be refused.
 */
async function accounts(
  { exchange }: AddressBook,
  { own, author }: Pick<OpenedSender, 'own' | 'author'>,
): Promise<readonly [Guid, ...Guid[]]> {
  if (author.kind === 'user') return [author.id]
  const principal = await exchange.findByAppId(own.tenant, author.appId)
  return [own.externalDirectoryObjectId, ...(principal ? [principal.guid] : [])]
}
