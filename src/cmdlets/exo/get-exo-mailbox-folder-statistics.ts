import { exoCmdlet, mandatory, optional } from '../cmdlet.ts'
import { folderScopes } from '../exchange/mailboxes/get-mailbox-folder-statistics.ts'
import { resultSize, resultSizeMeaning } from '../exchange/result-size.ts'
import { choice, text } from '../parameter-type.ts'
import { entityPath, manyEntities } from './request.ts'

export const getExoMailboxFolderStatistics = exoCmdlet({
  name: 'Get-EXOMailboxFolderStatistics',
  synopsis: 'Shows how much each folder of a mailbox holds.',
  parameters: {
    Identity: mandatory(text, 'The mailbox.', { position: 0 }),
    FolderScope: optional(choice(folderScopes), 'Only that folder, or only those that the user made.'),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: ['Name', 'FolderPath', 'ItemsInFolder', 'FolderSize'],
  call: ({ Identity, FolderScope, ResultSize }) =>
    manyEntities(`${entityPath('Mailbox', Identity)}/Exchange.GetMailboxFolderStatistics()`, ResultSize, {
      query: { FolderScope },
    }),
})
