import { writtenQuantity } from '../../../../cmdlets/exchange/byte-quantity.ts'
import {
  type folderScopes,
  getMailboxFolderStatistics as declaration,
} from '../../../../cmdlets/exchange/mailboxes/get-mailbox-folder-statistics.ts'
import type { MailboxRecord } from '../../../../domain/directory/types.ts'
import type { Folder } from '../../../../domain/mail/types.ts'
import { command } from '../../command.ts'
import { findMailbox } from '../../find.ts'
import { foldersOf } from './folders-of.ts'
import type { Output } from '../../objects/output.ts'

type Scope = (typeof folderScopes)[number]

export const getMailboxFolderStatistics = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const mailbox = await findMailbox(context, given.Identity)
    const folders = await foldersOf(context, mailbox.id)
    const scope = given.FolderScope ?? 'All'
    return folders
      .filter((folder) => scope === 'All' || typeOf(folder) === scope)
      .map((folder) => folderOutput(mailbox, folder, folders))
  },
})

const byUse: Readonly<Record<string, Scope>> = {
  '\\Archive': 'Archive',
  '\\Trash': 'DeletedItems',
  '\\Drafts': 'Drafts',
  '\\Junk': 'JunkEmail',
  '\\Sent': 'SentItems',
}

const typeOf = ({ path, specialUse }: Folder): Scope =>
  path === 'Inbox' ? 'Inbox' : (byUse[specialUse ?? ''] ?? 'UserCreated')

function folderOutput(mailbox: MailboxRecord, folder: Folder, folders: readonly Folder[]): Output {
  const whole = folders.filter(({ path }) => path === folder.path || path.startsWith(`${folder.path}/`))
  return {
    Name: folder.path.slice(folder.path.lastIndexOf('/') + 1),
    FolderPath: `/${folder.path}`,
    FolderType: typeOf(folder),
    ItemsInFolder: folder.count,
    UnreadItemsInFolder: folder.unseen,
    DeletedItemsInFolder: 0,
    FolderSize: writtenQuantity(folder.octets),
    ItemsInFolderAndSubfolders: whole.reduce((sum, { count }) => sum + count, 0),
    FolderAndSubfolderSize: writtenQuantity(whole.reduce((sum, { octets }) => sum + octets, 0)),
    Identity: `${mailbox.name}\\${folder.path.replaceAll('/', '\\')}`,
    ContentMailboxGuid: mailbox.exchangeGuid,
    IsValid: true,
    ObjectState: 'Unchanged',
  }
}
