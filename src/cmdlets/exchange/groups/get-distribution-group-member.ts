import { exchangeCmdlet, optional } from '../../cmdlet.ts'
import { groupIdentity } from './group-identity.ts'
import { resultSize, resultSizeMeaning } from '../result-size.ts'

export const getDistributionGroupMember = exchangeCmdlet({
  name: 'Get-DistributionGroupMember',
  synopsis: 'Shows who is in a group.',
  parameters: {
    Identity: groupIdentity,
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: ['Name', 'RecipientType', 'PrimarySmtpAddress'],
})
