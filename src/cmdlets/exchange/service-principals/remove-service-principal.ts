import { exchangeCmdlet, mandatory } from '../../cmdlet.ts'
import { text } from '../../parameter-type.ts'

export const removeServicePrincipal = exchangeCmdlet({
  name: 'Remove-ServicePrincipal',
  synopsis: 'Makes Exchange forget a service principal, and what it was granted.',
  parameters: {
    Identity: mandatory(text, 'Its ObjectId, AppId, Guid, Sid or display name.', { position: 0 }),
  },
  columns: [],
  confirms: true,
  undo: () => 'run New-ServicePrincipal with its AppId and ObjectId, then grant its mailbox permissions again.',
})
