import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { choice, switched, text } from '../parameter-type.ts'
import { dateTime, resultSize, resultSizeMeaning } from './parameter-types.ts'

/** The folders in which Exchange Online keeps deleted items. Postern keeps all of them in the second. */
const sourceFolders = ['DeletedItems', 'RecoverableItems', 'PurgedItems'] as const

/** Parameters that select recoverable items. */
export const recoverableItems = {
  Identity: mandatory(text, 'The mailbox.', { position: 0 }),
  EntryID: optional(text, 'Only this item, by the EntryID that Get-RecoverableItems shows.'),
  SubjectContains: optional(text, 'Only items whose subject contains this text, case-insensitive.'),
  FilterStartTime: optional(dateTime, 'Only items that were deleted at that time or later.'),
  FilterEndTime: optional(dateTime, 'Only items that were deleted at that time or earlier.'),
  FilterItemType: optional(text, 'Only items of that class; every message is of the class IPM.Note.'),
  SourceFolder: optional(choice(sourceFolders), 'The folder to search; kept messages are in RecoverableItems.'),
} as const

export const getRecoverableItems = exchangeCmdlet({
  name: 'Get-RecoverableItems',
  synopsis: 'Lists the deleted messages that a mailbox on hold keeps.',
  parameters: { ...recoverableItems, ResultSize: optional(resultSize, resultSizeMeaning) },
  columns: ['Subject', 'LastParentPath', 'LastModifiedTime', 'EntryID'],
})

export const restoreRecoverableItems = exchangeCmdlet({
  name: 'Restore-RecoverableItems',
  synopsis: 'Restores deleted messages of a mailbox on hold to their folders, a hundred at a time.',
  parameters: { ...recoverableItems, NoOutput: optional(switched, 'Shows nothing of the restored messages.') },
  columns: ['Subject', 'RestoredToFolderPath', 'WasRestoredSuccessfully'],
})
