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
  synopsis: 'Shows a group, or the groups there are.',
  parameters: {
    Identity: anyGroup,
    Anr: optional(text, 'Groups whose name, display name, alias or address begins with this.'),
    Filter: optional(text, "Only groups whose properties fit, in OPATH: Alias -like 'info*'."),
    SortBy: optional(text, 'The property to sort by, from the least to the greatest.'),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: groupColumns,
  names: 'Identity',
})

export const newDistributionGroup = exchangeCmdlet({
  name: 'New-DistributionGroup',
  synopsis: 'Makes a group: one address for several mailboxes, and what a scope can be.',
  parameters: {
    Name: mandatory(text, 'The name of the group in the directory.', { position: 0 }),
    Type: optional(
      choice(groupTypes),
      'Security for a group that can be the scope of a policy; Distribution when absent.',
    ),
    Alias: optional(text, 'The part before the @ of the address; made from the name when absent.'),
    DisplayName: optional(text, 'The name that people see; the name when absent.'),
    PrimarySmtpAddress: optional(text, 'The address; alias@default-domain when absent.'),
    Members: optional(texts, 'Who is in it from the beginning: mailboxes and groups.'),
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
  synopsis: 'Changes what a group is called, its addresses, and whose mail it takes.',
  parameters: {
    Identity: groupIdentity,
    Name: optional(text, 'The name of the group in the directory.'),
    Alias: optional(text, 'A name of its own, unlike any other recipient has.'),
    DisplayName: optional(text, 'The name that people see.'),
    PrimarySmtpAddress: optional(text, 'The address; the old one stays one of its addresses.', {
      aliases: ['WindowsEmailAddress'],
    }),
    EmailAddresses: optional(
      listChange,
      'Its addresses: all of them, or what comes and goes. SMTP: in capitals marks the primary one.',
    ),
    HiddenFromAddressListsEnabled: optional(boolean, 'Whether address lists leave it out: kept and shown.'),
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
  synopsis: 'Puts a mailbox or a group into a group.',
  parameters: {
    Identity: groupIdentity,
    Member: mandatory(text, 'The mailbox or the group.'),
  },
  columns: [],
})

export const getDistributionGroupMember = exchangeCmdlet({
  name: 'Get-DistributionGroupMember',
  synopsis: 'Shows who is in a group.',
  parameters: {
    Identity: groupIdentity,
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: ['Name', 'RecipientType', 'PrimarySmtpAddress'],
})

export const removeDistributionGroupMember = exchangeCmdlet({
  name: 'Remove-DistributionGroupMember',
  synopsis: 'Takes a mailbox or a group out of a group.',
  parameters: {
    Identity: groupIdentity,
    Member: mandatory(text, 'The mailbox or the group.'),
  },
  columns: [],
  confirms: true,
  undo: ({ Identity, Member }) => commandLine('Add-DistributionGroupMember', { Identity, Member }),
})
