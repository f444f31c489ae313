import type { Guid, TenantId } from '../../core/ids.ts'
import type { Directory } from '../../domain/directory/types.ts'
import { allowSendAs, liftSendAsDenial, listMailboxes, printable } from '../records/command-line.ts'
import { failed, type CheckResult } from './check.ts'

/** A caller who opened a mailbox and used a sender address without permission. */
export interface DeniedSender {
  readonly directory: Directory
  readonly tenant: TenantId
  /** The accounts whose permissions count: users by their ids, a service principal by Exchange's Guid. */
  readonly accounts: readonly [Guid, ...Guid[]]
  /** The same accounts, as text. */
  readonly inWords: readonly string[]
  /** The mailbox whose addresses the caller can use without further permission. */
  readonly writesAs: string
  /** The value for `-Trustee`. */
  readonly trustee: string
}

/**
 * docs/reference/exchange-admin.md §2.4, §2.5, §13 row 14: FullAccess opens a mailbox; it does not allow sending as its
 * owner.
 */
export async function judgeSender(sender: DeniedSender, address: string): Promise<CheckResult> {
  const { directory, tenant, accounts, inWords, writesAs, trustee } = sender
  const given = `The message is from ${printable(address)}, which is no address of ${writesAs}.`
  const other = await directory.mailboxes.findByAddress(tenant, address)
  if (!other) return failed(`${given} No mailbox of the tenant has it.`, listMailboxes())
  const ids = await directory.groups.standing(accounts)
  const entries = (await directory.sendAs.on(other.id)).flatMap(({ trustee: of, deny }) =>
    of.kind !== 'self' && ids.has(of.id) ? [{ ...of, deny }] : [],
  )
  const denials = entries.filter(({ deny }) => deny)
  const theirs = other.primarySmtpAddress
  const missing = entries.length === denials.length
  return failed(
    denials.length > 0
      ? `${given} To send as the mailbox ${theirs} is denied to ${denials.map(({ name }) => name).join(', ')}.`
      : `${given} There is no SendAs for the mailbox ${theirs} of ${inWords.join(' or of ')}; FullAccess is not enough.`,
    ...denials.map(({ id }) => liftSendAsDenial(theirs, id)),
    ...(missing ? [allowSendAs(theirs, trustee)] : []),
  )
}
