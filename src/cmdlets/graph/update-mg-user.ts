import { graphCmdlet, mandatory, optional } from '../cmdlet.ts'
import { object, switched, text } from '../parameter-type.ts'
import { userColumns } from './columns.ts'
import { path, properties } from './request.ts'

export const updateMgUser = graphCmdlet({
  name: 'Update-MgUser',
  synopsis: 'Changes a user; what is not named stays.',
  parameters: {
    UserId: mandatory(text, 'The id or the user principal name.', { position: 0 }),
    DisplayName: optional(text, 'The name that people see.'),
    UserPrincipalName: optional(text, 'name@domain, where the domain is one of the tenant.'),
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
