import { commandLine } from '../../core/command-line.ts'
import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { boolean, choice, choices, switched, text, texts } from '../parameter-type.ts'
import { groupColumns } from './columns.ts'
import { groupDelivery, groupLimits, requireSenderAuthentication, senderLists } from './delivery-parameters.ts'
import { listChange } from './list-change.ts'
import { resultSize, resultSizeMeaning } from './parameter-types.ts'

const meaning = 'The group: its name, alias, address, distinguished name or a GUID of it.'

const groupIdentity = mandatory(text, meaning, { position: 0 })
const anyGroup = optional(text, meaning, { position: 0 })

const groupTypes = ['Distribution', 'Security'] as const

export const getDistributionGroup = exchangeCmdlet({
  name: 'Get-DistributionGroup',
  synopsis: 'Lists groups, or one.',
  parameters: {
    Identity: anyGroup,
    Anr: optional(text, 'Only groups whose name, display name, alias or address begins with this text.'),
    Filter: optional(text, "An OPATH filter, such as: Alias -like 'info*'."),
    SortBy: optional(text, 'The property to sort by, in ascending order.'),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: groupColumns,
  names: 'Identity',
})

export const newDistributionGroup = exchangeCmdlet({
  name: 'New-DistributionGroup',
  synopsis: 'Creates a group: one address for several mailboxes. A security group can also be a trustee or a scope.',
  parameters: {
    Name: mandatory(text, 'The name of the group in the directory.', { position: 0 }),
    Type: optional(
      choice(groupTypes),
      'Security or Distribution (the default). A security group can be the scope of a policy.',
    ),
    Alias: optional(text, 'The part before the @ of the address (default: derived from the name).'),
    DisplayName: optional(text, 'The display name (default: the name).'),
    PrimarySmtpAddress: optional(text, 'The address (default: alias@default-domain).'),
    Members: optional(texts, 'Its first members: mailboxes and groups.'),
    RequireSenderAuthenticationEnabled: requireSenderAuthentication,
    IgnoreNamingPolicy: optional(switched, 'Accepted, without effect: there is no naming policy.'),
  },
  columns: groupColumns,
})

export const removeDistributionGroup = exchangeCmdlet({
  name: 'Remove-DistributionGroup',
  synopsis: 'Removes a group; its members stay.',
  parameters: { Identity: groupIdentity },
  columns: [],
  confirms: true,
  undo: () => 'create it again with New-DistributionGroup; the audit log (Search-UnifiedAuditLog) has its settings.',
})

export const setDistributionGroup = exchangeCmdlet({
  name: 'Set-DistributionGroup',
  synopsis: 'Changes the names, addresses and delivery restrictions of a group.',
  parameters: {
    Identity: groupIdentity,
    Name: optional(text, 'The name of the group in the directory.'),
    Alias: optional(text, 'A unique name.'),
    DisplayName: optional(text, 'The display name.'),
    PrimarySmtpAddress: optional(text, 'The address; the old one stays one of its addresses.', {
      aliases: ['WindowsEmailAddress'],
    }),
    EmailAddresses: optional(
      listChange,
      'Its addresses: a complete list, or changes to it. SMTP: in capital letters marks the primary address.',
    ),
    HiddenFromAddressListsEnabled: optional(
      boolean,
      'Whether address lists hide it; stored and shown, without effect.',
    ),
    ...groupDelivery,
    ...senderLists,
    ...groupLimits,
    BypassSecurityGroupManagerCheck: optional(switched, 'Accepted, without effect: groups have no managers.'),
    ForceUpgrade: optional(switched, 'Accepted, without effect.'),
  },
  columns: [],
})

export const addDistributionGroupMember = exchangeCmdlet({
  name: 'Add-DistributionGroupMember',
  synopsis: 'Adds a mailbox or a group to a group.',
  parameters: {
    Identity: groupIdentity,
    Member: mandatory(text, 'The mailbox or the group.'),
  },
  columns: [],
})

export const getDistributionGroupMember = exchangeCmdlet({
  name: 'Get-DistributionGroupMember',
  synopsis: 'Lists the members of a group.',
  parameters: {
    Identity: groupIdentity,
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: ['Name', 'RecipientType', 'PrimarySmtpAddress'],
})

export const removeDistributionGroupMember = exchangeCmdlet({
  name: 'Remove-DistributionGroupMember',
  synopsis: 'Removes a mailbox or a group from a group.',
  parameters: {
    Identity: groupIdentity,
    Member: mandatory(text, 'The mailbox or the group.'),
  },
  columns: [],
  confirms: true,
  undo: ({ Identity, Member }) => commandLine('Add-DistributionGroupMember', { Identity, Member }),
})

export const includedRecipients = [
  'AllRecipients',
  'MailboxUsers',
  'MailContacts',
  'MailGroups',
  'MailUsers',
  'Resources',
] as const

const condition = optional(texts, 'With -IncludedRecipients: only those where CustomAttribute… is one of these.')

/** docs/reference/exchange-admin.md §9.6: who is in a dynamic group, by a filter or by its ready-made parts. */
export const dynamicParameters = {
  RecipientFilter: optional(
    text,
    "Its members, as an OPATH filter, such as: RecipientTypeDetails -eq 'SharedMailbox'.",
  ),
  IncludedRecipients: optional(choices(includedRecipients), 'In place of -RecipientFilter: its members, by kind.'),
  ConditionalCustomAttribute1: condition,
  ConditionalCustomAttribute2: condition,
  ConditionalCustomAttribute3: condition,
  ConditionalCustomAttribute4: condition,
  ConditionalCustomAttribute5: condition,
  ConditionalCustomAttribute6: condition,
  ConditionalCustomAttribute7: condition,
  ConditionalCustomAttribute8: condition,
  ConditionalCustomAttribute9: condition,
  ConditionalCustomAttribute10: condition,
  ConditionalCustomAttribute11: condition,
  ConditionalCustomAttribute12: condition,
  ConditionalCustomAttribute13: condition,
  ConditionalCustomAttribute14: condition,
  ConditionalCustomAttribute15: condition,
} as const

const dynamicGroupColumns = ['Name', 'DisplayName', 'PrimarySmtpAddress', 'RecipientFilter']

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
