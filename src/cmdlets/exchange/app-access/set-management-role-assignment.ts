import { exchangeCmdlet, mandatory, optional } from '../../cmdlet.ts'
import { boolean, switched, text } from '../../parameter-type.ts'
import { assignmentIdentity, resourceScopes } from './app-access.ts'

export const setManagementRoleAssignment = exchangeCmdlet({
  name: 'Set-ManagementRoleAssignment',
  synopsis: 'Gives the role of an app another scope, or puts it in or out of force.',
  parameters: {
    Identity: mandatory(text, assignmentIdentity, { position: 0 }),
    ...resourceScopes,
    Enabled: optional(boolean, 'Whether it is in force.'),
    Force: optional(switched, 'Nothing is asked.'),
  },
  columns: [],
})
