import type { MailboxPermission, MailboxRecord, Trustee } from '../../../domain/directory/types.ts'
import type { Output } from './output.ts'

/** contract/exchange-admin §2.2: a service principal appears under its SID, as whoever is gone does. */
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
