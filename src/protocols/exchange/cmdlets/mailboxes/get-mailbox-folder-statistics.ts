import { writtenQuantity } from '../../../../cmdlets/exchange/byte-quantity.ts'
import {
  type folderScopes,
  getMailboxFolderStatistics as declaration,
} from '../../../../cmdlets/exchange/mailboxes/get-mailbox-folder-statistics.ts'
import type { MailboxRecord } from '../../../../domain/directory/types.ts'
import type { Received } from '../../../../domain/mail/folders/received.ts'
import type { Folder } from '../../../../domain/mail/types.ts'
import { command } from '../../command.ts'
import { findMailbox } from '../../find.ts'
import { foldersOf } from './folders-of.ts'
import type { Output } from '../../objects/output.ts'
import { recoverableFolders } from '../../objects/recoverable-folders.ts'

type Scope = (typeof folderScopes)[number]

export const getMailboxFolderStatistics = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const mailbox = await findMailbox(context, given.Identity)
    const { mail } = context
    const scope = given.FolderScope ?? 'All'
    const recoverable =
      scope === 'All' || scope === 'RecoverableItems'
        ? recoverableFolders(mailbox, await mail.recoverable.kept(mailbox.id))
        : []
    if (scope === 'RecoverableItems') return recoverable
    const folders = await foldersOf(context, mailbox.id)
    const received = given.IncludeOldestAndNewestItems ? await mail.received(mailbox.id) : undefined
    const shown = folders
      .filter((folder) => scope === 'All' || scopeOf(folder) === scope)
      .map((folder) => ({
        ...folderOutput(mailbox, folder, folders),
        ...(received && receivedOutput(received.get(folder.id))),
      }))
    return [...shown, ...recoverable]
  },
})

const byUse: Readonly<Record<string, Scope>> = {
  '\\Archive': 'Archive',
  '\\Trash': 'DeletedItems',
  '\\Drafts': 'Drafts',
  '\\Junk': 'JunkEmail',
  '\\Sent': 'SentItems',
}

const scopeOf = ({ path, specialUse }: Folder): Scope =>
  path === 'Inbox' ? 'Inbox' : (byUse[specialUse ?? ''] ?? 'UserCreated')

/** As Exchange writes it. */
const typeOf = (folder: Folder): string => (scopeOf(folder) === 'UserCreated' ? 'User Created' : scopeOf(folder))

const receivedOutput = (received: Received | undefined): Output => ({
  OldestItemReceivedDate: received ? new Date(received.oldest) : null,
  NewestItemReceivedDate: received ? new Date(received.newest) : null,
})

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
