import { mandatory, optional, posternCmdlet } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'

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
