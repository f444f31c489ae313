import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { choice, switched, text } from '../parameter-type.ts'
import { resultSize, resultSizeMeaning } from './parameter-types.ts'

export const getMailboxStatistics = exchangeCmdlet({
  name: 'Get-MailboxStatistics',
  synopsis: 'Shows the size of a mailbox, and its last sign-in.',
  parameters: {
    Identity: mandatory(text, 'The mailbox.', { position: 0 }),
    IncludeQuarantineDetails: optional(switched, 'Accepted, without effect: no mailbox is quarantined.'),
    UseCustomRouting: optional(switched, 'Accepted, without effect.'),
  },
  columns: ['DisplayName', 'ItemCount', 'TotalItemSize', 'StorageLimitStatus'],
  names: 'Identity',
})

export const folderScopes = [
  'All',
  'Archive',
  'DeletedItems',
  'Drafts',
  'Inbox',
  'JunkEmail',
  'RecoverableItems',
  'SentItems',
  'UserCreated',
] as const

export const getMailboxFolderStatistics = exchangeCmdlet({
  name: 'Get-MailboxFolderStatistics',
  synopsis: 'Shows the size of each folder of a mailbox.',
  parameters: {
    Identity: mandatory(text, 'The mailbox.', { position: 0 }),
    FolderScope: optional(choice(folderScopes), 'Only this folder, or only folders that the user created.'),
    IncludeOldestAndNewestItems: optional(
      switched,
      'Also shows when the first and the last message of each folder were received.',
    ),
    UseCustomRouting: optional(switched, 'Accepted, without effect.'),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: ['Name', 'FolderPath', 'ItemsInFolder', 'FolderSize'],
})
