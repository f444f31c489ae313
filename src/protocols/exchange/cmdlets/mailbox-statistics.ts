import { writtenQuantity } from '../../../cmdlets/exchange/parameter-types.ts'
import * as declared from '../../../cmdlets/exchange/mailbox-statistics.ts'
import { type folderScopes } from '../../../cmdlets/exchange/mailbox-statistics.ts'
import type { MailboxId } from '../../../core/ids.ts'
import type { MailboxRecord } from '../../../domain/directory/types.ts'
import type { ReceivedRange } from '../../../domain/mail/store-types.ts'
import type { Folder } from '../../../domain/mail/types.ts'
import { command, type CmdletContext } from '../command.ts'
import { findMailbox } from '../find.ts'
import type { Output } from '../objects/output.ts'
import { recoverableFolders } from './recoverable-items.ts'

export const getMailboxStatistics = command({
  declaration: declared.getMailboxStatistics,
  role: 'Mail Recipients',
  async run(context, given) {
    const mailbox = await findMailbox(context, given.Identity)
    const folders = await foldersOf(context, mailbox.id)
    const quota = (await context.mail.quotaLimits([mailbox.id])).get(mailbox.id)?.octets
    const { entered, acted } = await context.signIns.lastActivity(context.tenant.id, addressesOf(mailbox))
    const kept = await context.mail.recoverable.kept(mailbox.id)
    const octets = folders.reduce((sum, folder) => sum + folder.octets, 0)
    return [
      {
        DisplayName: mailbox.displayName,
        MailboxGuid: mailbox.exchangeGuid,
        OwnerADGuid: mailbox.guid,
        ItemCount: folders.reduce((sum, folder) => sum + folder.count, 0),
        TotalItemSize: writtenQuantity(octets),
        AssociatedItemCount: 0,
        DeletedItemCount: kept.items,
        TotalDeletedItemSize: writtenQuantity(kept.octets),
        StorageLimitStatus: limitStatus(mailbox, octets, quota),
        MailboxTypeDetail: mailbox.type,
        LastLogonTime: dateOf(entered),
        LastUserActionTime: dateOf(acted ?? entered),
        IsArchiveMailbox: false,
        IsQuarantined: false,
        Identity: mailbox.exchangeGuid,
        IsValid: true,
        ObjectState: 'Unchanged',
      },
    ]
  },
})

/** By which a client may have named the mailbox. */
const addressesOf = ({ userPrincipalName, primarySmtpAddress, emailAddresses }: MailboxRecord): readonly string[] => [
  userPrincipalName,
  primarySmtpAddress,
  ...emailAddresses.map((it) => it.replace(/^smtp:/i, '')),
]

const dateOf = (moment: number | undefined): Date | null => (moment === undefined ? null : new Date(moment))

function limitStatus({ settings }: MailboxRecord, octets: number, quota: number | undefined): string {
  const reached = (limit: unknown): boolean => typeof limit === 'number' && octets >= limit
  if (reached(quota)) return 'MailboxDisabled'
  if (reached(settings.ProhibitSendQuota)) return 'ProhibitSend'
  return reached(settings.IssueWarningQuota) ? 'IssueWarning' : 'BelowLimit'
}

type Scope = (typeof folderScopes)[number]

export const getMailboxFolderStatistics = command({
  declaration: declared.getMailboxFolderStatistics,
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

const receivedOutput = (received: ReceivedRange | undefined): Output => ({
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

/** Reads the folders of a mailbox, and releases the mailbox at once. */
async function foldersOf({ mail }: CmdletContext, id: MailboxId): Promise<readonly Folder[]> {
  const over = new AbortController()
  try {
    return await (await mail.open(id, over.signal)).folders()
  } finally {
    over.abort()
  }
}
