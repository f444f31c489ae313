import { exchangeCmdlet, optional } from '../../cmdlet.ts'
import { switched } from '../../parameter-type.ts'
import { recoverableItems } from './recoverable-items.ts'

export const restoreRecoverableItems = exchangeCmdlet({
  name: 'Restore-RecoverableItems',
  synopsis: 'Puts what was deleted of a mailbox on hold back where it was, a hundred items at a time.',
  parameters: { ...recoverableItems, NoOutput: optional(switched, 'Nothing is shown of what was put back.') },
  columns: ['Subject', 'RestoredToFolderPath', 'WasRestoredSuccessfully'],
})
