import { exchangeCmdlet, optional } from '../../cmdlet.ts'
import { resultSize, resultSizeMeaning } from '../result-size.ts'
import { groupIdentity } from './group-identity.ts'

export const getDynamicDistributionGroupMember = exchangeCmdlet({
  name: 'Get-DynamicDistributionGroupMember',
  synopsis: 'Shows who is in a dynamic group now.',
  parameters: { Identity: groupIdentity, ResultSize: optional(resultSize, resultSizeMeaning) },
  columns: ['Name', 'RecipientTypeDetails', 'PrimarySmtpAddress'],
})
