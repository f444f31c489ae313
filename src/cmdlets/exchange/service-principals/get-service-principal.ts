import { exchangeCmdlet, optional } from '../../cmdlet.ts'
import { text } from '../../parameter-type.ts'
import { servicePrincipalColumns } from '../columns.ts'
import { resultSize, resultSizeMeaning } from '../result-size.ts'

export const getServicePrincipal = exchangeCmdlet({
  name: 'Get-ServicePrincipal',
  synopsis: 'Shows the service principals that Exchange is aware of.',
  parameters: {
    Identity: optional(text, 'One of them: its ObjectId, AppId, Guid, Sid or display name.', { position: 0 }),
    Organization: optional(text, 'Accepted, without effect.'),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: servicePrincipalColumns,
  names: 'Identity',
})
