import { exchangeCmdlet, optional } from '../cmdlet.ts'
import { switched } from '../parameter-type.ts'
import { recoverableItems } from './mailboxes/recoverable-items.ts'
import { resultSize, resultSizeMeaning } from './result-size.ts'

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
