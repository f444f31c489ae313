import { mandatory, optional, posternCmdlet } from '../cmdlet.ts'
import { integer, text } from '../parameter-type.ts'

export const newTenant = posternCmdlet({
  name: 'New-Tenant',
  synopsis: 'Makes another tenant, and an app for its administrator whose secret is shown this once.',
  parameters: {
    Domain: mandatory(text, 'Its domain, such as fabrikam.test.', { position: 0 }),
    DisplayName: optional(text, 'The name that people see; the domain when absent.'),
  },
  columns: ['id', 'displayName', 'domain', 'clientId', 'clientSecret'],
  call: (given) => ({
    verb: 'POST',
    path: '/postern/v1/tenants',
    body: { domain: given.Domain, displayName: given.DisplayName ?? given.Domain },
    answers: 'one',
  }),
})

export const getExpiringCredential = posternCmdlet({
  name: 'Get-ExpiringCredential',
  synopsis:
    'Shows the secrets and certificates that end soon, or ended and are still shown, and what mail stops with each.',
  parameters: {
    Days: optional(
      integer(0, 36_500),
      'How many days to look ahead, and back for what is still shown; 30 when absent.',
      {
        position: 0,
      },
    ),
    AppId: optional(text, 'The client id of one app.'),
  },
  columns: ['endDateTime', 'daysLeft', 'appDisplayName', 'credential', 'summary'],
  call: (given) => ({
    verb: 'GET',
    path: '/postern/v1/expiring-credentials',
    query: {
      ...(given.Days !== undefined && { days: String(given.Days) }),
      ...(given.AppId !== undefined && { appId: given.AppId }),
    },
    answers: 'many',
  }),
})
