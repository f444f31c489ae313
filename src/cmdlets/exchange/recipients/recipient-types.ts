import { recipientTypes as mailboxTypes } from '../mailboxes/recipient-types.ts'

/** Those that there are here; the real service has more, and asking for them finds none. */
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
  ...mailboxTypes,
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
