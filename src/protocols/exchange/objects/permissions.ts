import type { MailboxPermission, MailboxRecord, SendAsPermission, Trustee } from '../../../domain/directory/types.ts'
import type { Output } from './output.ts'

/** docs/reference/exchange-admin.md §2.2: a service principal appears under its SID, as a removed user does. */
export const accountOf = (trustee: Trustee): string =>
  trustee.kind === 'servicePrincipal' ? trustee.sid : trustee.name

/** Whom a mailbox belongs to: it is not said with which rights. */
export const ownerOutput = (mailbox: MailboxRecord, owner: Trustee): Output => ({
  ...permissionOutput(mailbox, {
    mailbox: mailbox.id,
    trustee: owner,
    accessRights: [],
    deny: false,
    inheritanceType: 'None',
    since: 0,
  }),
  Owner: accountOf(owner),
  IsOwner: true,
})

export const permissionOutput = (mailbox: MailboxRecord, permission: MailboxPermission): Output => ({
  Identity: mailbox.name,
  User: accountOf(permission.trustee),
  UserSid: permission.trustee.sid,
  AccessRights: permission.accessRights,
  IsInherited: false,
  Deny: permission.deny,
  InheritanceType: permission.inheritanceType,
  IsOwner: false,
  IsValid: true,
  ObjectState: 'Unchanged',
})

/** docs/reference/exchange-admin.md §2.4 */
export const recipientPermissionOutput = (mailbox: MailboxRecord, { trustee, deny }: SendAsPermission): Output => ({
  Identity: mailbox.name,
  Trustee: accountOf(trustee),
  TrusteeSidString: trustee.sid,
  AccessControlType: deny ? 'Deny' : 'Allow',
  AccessRights: ['SendAs'],
  IsInherited: false,
  InheritanceType: 'None',
  IsValid: true,
  ObjectState: 'Unchanged',
})

/** The permissions of a mailbox as the entity set has them: one object for each account, its entries in a list. */
export function listedPermissions(outputs: readonly Output[]): readonly Record<string, unknown>[] {
  const accounts = Map.groupBy(outputs, ({ UserSid }) => UserSid)
  return [...accounts.values()].map((entries) => ({
    MailboxIdentity: entries[0]!.Identity,
    Identity: entries[0]!.Identity,
    User: entries[0]!.User,
    UserSid: entries[0]!.UserSid,
    PermissionList: entries.map(({ AccessRights, Deny, InheritanceType, IsInherited }) => ({
      AccessRights,
      Deny,
      InheritanceType,
      IsInherited,
    })),
  }))
}
