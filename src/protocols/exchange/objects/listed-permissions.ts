import type { Output } from './output.ts'

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
