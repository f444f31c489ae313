import { exchangeCmdlet, mandatory, optional } from '../../cmdlet.ts'
import { switched, text } from '../../parameter-type.ts'
import { filterMeaning, scopeIdentity } from './app-access.ts'

export const setManagementScope = exchangeCmdlet({
  name: 'Set-ManagementScope',
  synopsis: 'Changes which mailboxes a scope is about; every role that is assigned over it follows.',
  parameters: {
    Identity: mandatory(text, scopeIdentity, { position: 0 }),
    Name: optional(text, 'Another name.'),
    RecipientRestrictionFilter: optional(text, filterMeaning),
    RecipientRoot: optional(text, 'The organizational unit, of which there is one: that of the organization.'),
    Force: optional(switched, 'Nothing is asked.'),
  },
  columns: [],
})
