import type { MailboxPermission, MailboxRecord, Trustee } from '../../../../domain/directory/types.ts'
import type { Context } from '../../command.ts'
import { findTrustee } from '../../find.ts'

/** An entry on a mailbox, and what has become of whose it is. */
export interface MailboxEntry {
  readonly permission: MailboxPermission
  readonly left: 'resolved' | 'softDeleted' | 'unresolved'
}

/** Those of users who can be had back bear the names that they had. */
export async function entriesOn(
  { directory, tenant }: Context,
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
export async function trusteeAmong(context: Context, trustees: readonly Trustee[], named: string): Promise<Trustee> {
  const key = named.toLowerCase()
  return (
    (await context.directory.permissions.trustee(context.tenant.id, named)) ??
    trustees.find(
      ({ kind, name, sid }) => kind === 'unresolved' && [name.toLowerCase(), sid.toLowerCase()].includes(key),
    ) ??
    findTrustee(context, named)
  )
}
