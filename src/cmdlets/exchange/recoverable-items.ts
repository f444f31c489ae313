import { exchangeCmdlet, optional } from '../cmdlet.ts'
import { switched } from '../parameter-type.ts'
import { recoverableItems } from './mailboxes/recoverable-items.ts'
import { resultSize, resultSizeMeaning } from './result-size.ts'

export const getRecoverableItems = exchangeCmdlet({
  name: 'Get-RecoverableItems',
  synopsis: 'Shows what is kept of a mailbox on hold though it was deleted.',
  parameters: { ...recoverableItems, ResultSize: optional(resultSize, resultSizeMeaning) },
  columns: ['Subject', 'LastParentPath', 'LastModifiedTime', 'EntryID'],
})

export const restoreRecoverableItems = exchangeCmdlet({
  name: 'Restore-RecoverableItems',
  synopsis: 'Puts what was deleted of a mailbox on hold back where it was, a hundred items at a time.',
  parameters: { ...recoverableItems, NoOutput: optional(switched, 'Nothing is shown of what was put back.') },
  columns: ['Subject', 'RestoredToFolderPath', 'WasRestoredSuccessfully'],
})
