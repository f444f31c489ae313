import { graphCmdlet, mandatory, optional } from '../cmdlet.ts'
import { object, switched, text } from '../parameter-type.ts'
import { userColumns } from './columns.ts'
import { list, listParameters, one, path, properties } from './request.ts'

export const getMgUser = graphCmdlet({
  name: 'Get-MgUser',
  synopsis: 'Lists users, or one.',
  parameters: {
    UserId: optional(text, 'The id or the user principal name.', { position: 0 }),
    ...listParameters,
  },
  columns: userColumns,
  names: 'UserId',
  call: (given) => (given.UserId === undefined ? list('/users', given) : one(path`/users/${given.UserId}`, given)),
})

export const newMgUser = graphCmdlet({
  name: 'New-MgUser',
  synopsis: 'Creates a user.',
  parameters: {
    DisplayName: mandatory(text, 'The display name.'),
    UserPrincipalName: mandatory(text, 'name@domain, with a domain of the tenant.'),
    MailNickname: mandatory(text, 'The mail alias.'),
    AccountEnabled: optional(switched, 'Whether the user may sign in.'),
    PasswordProfile: optional(object, '{"password":…, "forceChangePasswordNextSignIn":…}'),
    GivenName: optional(text, 'The given name.'),
    Surname: optional(text, 'The family name.'),
  },
  columns: userColumns,
  call: (given) => ({
    verb: 'POST',
    path: '/users',
    body: properties({ ...given, AccountEnabled: given.AccountEnabled ?? false }),
    answers: 'one',
  }),
})

export const removeMgUser = graphCmdlet({
  name: 'Remove-MgUser',
  synopsis: "Removes a user and the user's mailbox.",
  parameters: {
    UserId: mandatory(text, 'The id or the user principal name.', { position: 0 }),
  },
  columns: [],
  call: (given) => ({ verb: 'DELETE', path: path`/users/${given.UserId}`, answers: 'nothing' }),
})

export const updateMgUser = graphCmdlet({
  name: 'Update-MgUser',
  synopsis: 'Changes a user; omitted properties stay unchanged.',
  parameters: {
    UserId: mandatory(text, 'The id or the user principal name.', { position: 0 }),
    DisplayName: optional(text, 'The display name.'),
    UserPrincipalName: optional(text, 'name@domain, with a domain of the tenant.'),
    MailNickname: optional(text, 'The mail alias.'),
    AccountEnabled: optional(switched, 'Whether the user may sign in.'),
    PasswordProfile: optional(object, '{"password":…, "forceChangePasswordNextSignIn":…}'),
    GivenName: optional(text, 'The given name.'),
    Surname: optional(text, 'The family name.'),
  },
  columns: userColumns,
  call: (given) => ({
    verb: 'PATCH',
    path: path`/users/${given.UserId}`,
    body: properties(given, ['UserId']),
    answers: 'nothing',
  }),
})

export const revokeMgUserSignInSession = graphCmdlet({
  name: 'Revoke-MgUserSignInSession',
  synopsis: "Revokes a user's refresh tokens, and signs the user out of every browser.",
  parameters: {
    UserId: mandatory(text, 'The id or the user principal name.', { position: 0 }),
  },
  columns: ['value'],
  call: (given) => ({ verb: 'POST', path: path`/users/${given.UserId}/revokeSignInSessions`, answers: 'one' }),
})
