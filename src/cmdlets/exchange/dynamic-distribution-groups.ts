import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { requireSenderAuthentication } from './delivery-parameters.ts'
import { dynamicGroupColumns, dynamicParameters } from './groups/dynamic-parameters.ts'
import { anyGroup, groupIdentity } from './groups/group-identity.ts'
import { setDistributionGroup } from './distribution-groups.ts'
import { resultSize, resultSizeMeaning } from './result-size.ts'

export const getDynamicDistributionGroup = exchangeCmdlet({
  name: 'Get-DynamicDistributionGroup',
  synopsis: 'Lists dynamic groups, or one.',
  parameters: {
    Identity: anyGroup,
    Anr: optional(text, 'Only groups whose name, display name, alias or address begins with this text.'),
    Filter: optional(text, "An OPATH filter, such as: Alias -like 'info*'."),
    SortBy: optional(text, 'The property to sort by, in ascending order.'),
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
    Alias: optional(text, 'The part before the @ of the address (default: derived from the name).'),
    DisplayName: optional(text, 'The display name (default: the name).'),
    PrimarySmtpAddress: optional(text, 'The address (default: alias@default-domain).'),
    RequireSenderAuthenticationEnabled: requireSenderAuthentication,
  },
  columns: dynamicGroupColumns,
})

export const removeDynamicDistributionGroup = exchangeCmdlet({
  name: 'Remove-DynamicDistributionGroup',
  synopsis: 'Removes a dynamic group; its members stay.',
  parameters: { Identity: groupIdentity },
  columns: [],
  confirms: true,
  undo: () =>
    'create it again with New-DynamicDistributionGroup; the audit log (Search-UnifiedAuditLog) has its settings.',
})

const { BypassSecurityGroupManagerCheck: _, ...parameters } = setDistributionGroup.parameters

export const setDynamicDistributionGroup = exchangeCmdlet({
  name: 'Set-DynamicDistributionGroup',
  synopsis: 'Changes the filter, names, addresses and delivery restrictions of a dynamic group.',
  parameters: { ...parameters, ...dynamicParameters },
  columns: [],
})

export const getDynamicDistributionGroupMember = exchangeCmdlet({
  name: 'Get-DynamicDistributionGroupMember',
  synopsis: 'Lists the current members of a dynamic group.',
  parameters: { Identity: groupIdentity, ResultSize: optional(resultSize, resultSizeMeaning) },
  columns: ['Name', 'RecipientTypeDetails', 'PrimarySmtpAddress'],
})
