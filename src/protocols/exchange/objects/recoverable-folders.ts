import { writtenQuantity } from '../../../cmdlets/exchange/byte-quantity.ts'
import type { MailboxRecord } from '../../../domain/directory/types.ts'
import type { Kept } from '../../../domain/mail/recoverable/kept.ts'
import type { Output } from './output.ts'

const nothing: Kept = { items: 0, octets: 0 }

/** The folders in which Exchange Online keeps what was deleted; here all of it is in the second. */
export const recoverableFolders = ({ name, exchangeGuid }: MailboxRecord, kept: Kept): readonly Output[] =>
  (
    [
      ['Recoverable Items', 'RecoverableItemsRoot', nothing, kept],
      ['Deletions', 'RecoverableItemsDeletions', kept, kept],
      ['Purges', 'RecoverableItemsPurges', nothing, nothing],
      ['Versions', 'RecoverableItemsVersions', nothing, nothing],
    ] as const
  ).map(([folder, type, own, whole]) => ({
    Name: folder,
    FolderPath: `/${folder}`,
    FolderType: type,
    ItemsInFolder: own.items,
    DeletedItemsInFolder: 0,
    FolderSize: writtenQuantity(own.octets),
    ItemsInFolderAndSubfolders: whole.items,
    FolderAndSubfolderSize: writtenQuantity(whole.octets),
    Identity: `${name}\\${folder}`,
    ContentMailboxGuid: exchangeGuid,
    IsValid: true,
    ObjectState: 'Unchanged',
  }))
