import { exchangeCmdlet, mandatory, optional } from '../../cmdlet.ts'
import { switched, text } from '../../parameter-type.ts'
import { filterMeaning, scopeColumns } from './app-access.ts'

export const newManagementScope = exchangeCmdlet({
  name: 'New-ManagementScope',
  synopsis: 'Names the mailboxes over which roles can be assigned to apps.',
  parameters: {
    Name: mandatory(text, 'The name of the scope.', { position: 0 }),
    RecipientRestrictionFilter: mandatory(text, filterMeaning),
    RecipientRoot: optional(text, 'The organizational unit, of which there is one: that of the organization.'),
    Exclusive: optional(switched, 'Kept as given, without effect on apps.'),
    Force: optional(switched, 'Nothing is asked.'),
  },
  columns: scopeColumns,
})
