import type { MailboxPermission, MailboxRecord, Trustee } from '../../../../domain/directory/types.ts'
import type { CmdletContext } from '../../command.ts'
import { findMailbox, findRemovedMailbox, findTrustee } from '../../find.ts'
import { accountOf } from '../../objects/permissions.ts'

/** An entry on a mailbox, and what has become of whose it is. */
export interface MailboxEntry {
  readonly permission: MailboxPermission
  readonly left: 'resolved' | 'softDeleted' | 'unresolved'
}

/** One that is there, or with `-SoftDeletedMailbox` one that can be had back. */
export const mailboxOrRemovedMailbox = async (
  context: CmdletContext,
  named: string,
  { SoftDeletedMailbox }: { readonly SoftDeletedMailbox?: boolean },
): Promise<MailboxRecord> =>
  SoftDeletedMailbox ? (await findRemovedMailbox(context, named)).mailbox : findMailbox(context, named)

/** Those of users who can be had back bear the names that they had. */
export async function entriesOn(
  { directory, tenant }: CmdletContext,
  mailbox: MailboxRecord,
): Promise<readonly MailboxEntry[]> {
  const permissions = await directory.permissions.on(mailbox.id)
  const kept = permissions.some(({ trustee }) => trustee.kind === 'unresolved')
    ? await directory.removedMailboxes.all(tenant.id)
    : []
  const names = new Map(
    kept.map((it) => [it.mailbox.externalDirectoryObjectId as string, it.mailbox.userPrincipalName]),
  )
  return permissions.map((permission) => {
    const { trustee } = permission
    if (trustee.kind !== 'unresolved') return { permission, left: 'resolved' }
    const name = names.get(trustee.id)
    if (name === undefined) return { permission, left: 'unresolved' }
    return { permission: { ...permission, trustee: { ...trustee, name } }, left: 'softDeleted' }
  })
}

/** Whom a text means: somebody who is there, or one of the trustees of entries who is gone, by the SID or the name. */
export async function trusteeAmong(
  context: CmdletContext,
  trustees: readonly Trustee[],
  named: string,
): Promise<Trustee> {
  const key = named.toLowerCase()
  return (
    (await context.directory.permissions.trustee(context.tenant.id, named)) ??
    trustees.find(
      ({ kind, name, sid }) => kind === 'unresolved' && [name.toLowerCase(), sid.toLowerCase()].includes(key),
    ) ??
    findTrustee(context, named)
  )
}

export const warnPresent = (context: CmdletContext, { name }: MailboxRecord, trustee: Trustee): void =>
  context.warn(
    `The appropriate access control entry is already present on the object "${name}" for account "${accountOf(trustee)}".`,
  )

/** docs/reference/exchange-admin.md §2.3 */
export const warnAbsent = (context: CmdletContext, { name }: MailboxRecord, trustee: Trustee): void =>
  context.warn(
    `Can't remove the access control entry on the object "${name}" for the user account "${accountOf(trustee)}" because the ACE doesn't exist on the object.`,
  )
