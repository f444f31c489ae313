import { graphCmdlet, mandatory, optional } from '../cmdlet.ts'
import { object, switched, text } from '../parameter-type.ts'
import { userColumns } from './columns.ts'
import { properties } from './request.ts'

export const newMgUser = graphCmdlet({
  name: 'New-MgUser',
  synopsis: 'Makes a user.',
  parameters: {
    DisplayName: mandatory(text, 'The name that people see.'),
    UserPrincipalName: mandatory(text, 'name@domain, where the domain is one of the tenant.'),
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
