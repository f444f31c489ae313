import { mandatory, optional, posternCmdlet } from '../cmdlet.ts'
import { integer, text } from '../parameter-type.ts'

export const newTenant = posternCmdlet({
  name: 'New-Tenant',
  synopsis: "Creates a tenant, and an app for its administrator; the app's secret is shown once.",
  parameters: {
    Domain: mandatory(text, 'Its domain, such as fabrikam.test.', { position: 0 }),
    DisplayName: optional(text, 'The display name (default: the domain).'),
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
    'Lists secrets and certificates that expire soon, or that have expired and are still in use, and the mail that stops with each.',
  parameters: {
    Days: optional(integer(0, 36_500), 'How many days to look ahead, and back for expired ones (default: 30).', {
      position: 0,
    }),
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
