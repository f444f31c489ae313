import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { requireSenderAuthentication } from './delivery-parameters.ts'
import { dynamicGroupColumns, dynamicParameters } from './groups/dynamic-parameters.ts'
import { anyGroup, groupIdentity } from './groups/group-identity.ts'
import { setDistributionGroup } from './distribution-groups.ts'
import { resultSize, resultSizeMeaning } from './result-size.ts'

export const getDynamicDistributionGroup = exchangeCmdlet({
  name: 'Get-DynamicDistributionGroup',
  synopsis: 'Shows a dynamic group, or those there are.',
  parameters: {
    Identity: anyGroup,
    Anr: optional(text, 'Groups whose name, display name, alias or address begins with this.'),
    Filter: optional(text, "Only groups whose properties fit, in OPATH: Alias -like 'info*'."),
    SortBy: optional(text, 'The property to sort by, from the least to the greatest.'),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: dynamicGroupColumns,
  names: 'Identity',
})

export const newDynamicDistributionGroup = exchangeCmdlet({
  name: 'New-DynamicDistributionGroup',
  synopsis: 'Creates a group whose members are the recipients that match a filter when mail arrives.',
  parameters: {
    Name: mandatory(text, 'The name of the group in the directory.', { position: 0 }),
    ...dynamicParameters,
    Alias: optional(text, 'The part before the @ of the address; made from the name when absent.'),
    DisplayName: optional(text, 'The name that people see; the name when absent.'),
    PrimarySmtpAddress: optional(text, 'The address; alias@default-domain when absent.'),
    RequireSenderAuthenticationEnabled: requireSenderAuthentication,
  },
  columns: dynamicGroupColumns,
})

export const removeDynamicDistributionGroup = exchangeCmdlet({
  name: 'Remove-DynamicDistributionGroup',
  synopsis: 'Removes a dynamic group, not who is in it.',
  parameters: { Identity: groupIdentity },
  columns: [],
  confirms: true,
  undo: () =>
    'create it again with New-DynamicDistributionGroup; the audit log (Search-UnifiedAuditLog) has its settings.',
})

const { BypassSecurityGroupManagerCheck: _, ...parameters } = setDistributionGroup.parameters

export const setDynamicDistributionGroup = exchangeCmdlet({
  name: 'Set-DynamicDistributionGroup',
  synopsis: 'Changes who is in a dynamic group, what it is called, its addresses, and whose mail it takes.',
  parameters: { ...parameters, ...dynamicParameters },
  columns: [],
})

export const getDynamicDistributionGroupMember = exchangeCmdlet({
  name: 'Get-DynamicDistributionGroupMember',
  synopsis: 'Shows who is in a dynamic group now.',
  parameters: { Identity: groupIdentity, ResultSize: optional(resultSize, resultSizeMeaning) },
  columns: ['Name', 'RecipientTypeDetails', 'PrimarySmtpAddress'],
})
