import { commandLine } from '../../core/command-line.ts'
import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { boolean, choice, switched, text, texts } from '../parameter-type.ts'
import { groupColumns } from './columns.ts'
import { groupDelivery, groupLimits, requireSenderAuthentication, senderLists } from './delivery-parameters.ts'
import { anyGroup, groupIdentity, groupTypes } from './groups/group-identity.ts'
import { listChange } from './list-change.ts'
import { resultSize, resultSizeMeaning } from './result-size.ts'

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
