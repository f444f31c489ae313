import { exchangeCmdlet, optional } from '../cmdlet.ts'
import { choices, switched, text, texts } from '../parameter-type.ts'
import { resultSize, resultSizeMeaning } from './parameter-types.ts'

export const recipientTypes = ['UserMailbox', 'SharedMailbox', 'RoomMailbox', 'EquipmentMailbox'] as const

/** The kinds of recipients that Postern has. A filter for another kind of Exchange Online finds nothing. */
const groupTypes = ['MailUniversalDistributionGroup', 'MailUniversalSecurityGroup', 'DynamicDistributionGroup'] as const

export const broadTypes = [
  'UserMailbox',
  ...groupTypes,
  'MailContact',
  'MailNonUniversalGroup',
  'MailUser',
  'PublicFolder',
] as const

export const detailedTypes = [
  ...recipientTypes,
  ...groupTypes,
  'DiscoveryMailbox',
  'GroupMailbox',
  'GuestMailUser',
  'LegacyMailbox',
  'LinkedMailbox',
  'LinkedRoomMailbox',
  'MailContact',
  'MailForestContact',
  'MailNonUniversalGroup',
  'MailUser',
  'PublicFolder',
  'PublicFolderMailbox',
  'RemoteEquipmentMailbox',
  'RemoteRoomMailbox',
  'RemoteSharedMailbox',
  'RemoteTeamMailbox',
  'RemoteUserMailbox',
  'RoomList',
  'SchedulingMailbox',
  'SharedWithMailUser',
  'TeamMailbox',
] as const

export const getRecipient = exchangeCmdlet({
  name: 'Get-Recipient',
  synopsis: 'Lists recipients (mailboxes and groups), or one.',
  parameters: {
    Identity: optional(text, 'The recipient: its name, alias, address, user principal name or a GUID of it.', {
      position: 0,
    }),
    Anr: optional(text, 'Only recipients whose name, display name, alias or address begins with this text.'),
    Filter: optional(text, "An OPATH filter, such as: Alias -like 'info*'."),
    RecipientPreviewFilter: optional(
      text,
      'In place of -Identity and -Anr: the members of a dynamic group with this RecipientFilter.',
    ),
    RecipientType: optional(choices(broadTypes), 'Only recipients of these types.'),
    RecipientTypeDetails: optional(choices(detailedTypes), 'Only recipients of these kinds.'),
    IncludeSoftDeletedRecipients: optional(switched, 'Also soft-deleted mailboxes.'),
    Properties: optional(texts, 'Also shows these properties; --json has every property.'),
    SortBy: optional(text, 'The property to sort by, in ascending order.'),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: ['Name', 'RecipientType', 'RecipientTypeDetails', 'PrimarySmtpAddress'],
  names: 'Identity',
})
