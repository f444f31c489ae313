import { exchangeCmdlet, mandatory } from '../../cmdlet.ts'
import { text } from '../../parameter-type.ts'

export const removeAuthenticationPolicy = exchangeCmdlet({
  name: 'Remove-AuthenticationPolicy',
  synopsis: 'Removes an authentication policy that nobody has.',
  parameters: {
    Identity: mandatory(text, 'The policy: its name or its Guid.', { position: 0 }),
  },
  columns: [],
  confirms: true,
  undo: () => 'create it again with New-AuthenticationPolicy; the audit log (Search-UnifiedAuditLog) has its settings.',
})
