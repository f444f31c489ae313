import { exchangeCmdlet, optional } from '../../cmdlet.ts'
import { resultSize, resultSizeMeaning } from '../result-size.ts'
import { recoverableItems } from './recoverable-items.ts'

export const getRecoverableItems = exchangeCmdlet({
  name: 'Get-RecoverableItems',
  synopsis: 'Shows what is kept of a mailbox on hold though it was deleted.',
  parameters: { ...recoverableItems, ResultSize: optional(resultSize, resultSizeMeaning) },
  columns: ['Subject', 'LastParentPath', 'LastModifiedTime', 'EntryID'],
})
