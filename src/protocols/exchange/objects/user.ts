import type { MailboxRecord, Tenant, User } from '../../../domain/directory/types.ts'
import { metadata } from './metadata.ts'
import type { Output } from './output.ts'

/** A user as `Get-User` shows them; `mailbox` is the one behind them, where there is one. */
export const userOutput = (
  tenant: Tenant,
  user: User,
  { mailbox, policy }: { mailbox: MailboxRecord | undefined; policy: string | undefined },
): Output => ({
  UserPrincipalName: user.userPrincipalName,
  DisplayName: user.displayName,
  FirstName: user.givenName ?? '',
  LastName: user.surname ?? '',
  WindowsEmailAddress: user.mail ?? '',
  RecipientTypeDetails: mailbox?.type ?? 'User',
  AccountDisabled: !user.accountEnabled,
  AuthenticationPolicy: policy ?? null,
  StsRefreshTokensValidFrom: new Date(Math.max(user.created, user.signInsRevoked ?? 0)),
  ExternalDirectoryObjectId: user.id,
  Name: mailbox?.name ?? user.mailNickname,
  Identity: mailbox?.name ?? user.mailNickname,
  Id: mailbox?.name ?? user.mailNickname,
  Guid: mailbox?.guid ?? user.id,
  ExchangeObjectId: mailbox?.guid ?? user.id,
  ...metadata(tenant, {
    name: mailbox?.name ?? user.mailNickname,
    created: user.created,
    changed: mailbox?.changed ?? user.created,
  }),
})
