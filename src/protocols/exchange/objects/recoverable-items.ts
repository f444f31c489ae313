import { writtenQuantity } from '../../../cmdlets/exchange/byte-quantity.ts'
import type { MailboxRecord } from '../../../domain/directory/types.ts'
import type { RecoverableItem, RecoverableUsage } from '../../../domain/mail/store-types.ts'
import type { Output } from './output.ts'

const DIGITS = 16

/** The number of an item as it is shown. */
const entryIdOf = (id: number): string => id.toString(16).toUpperCase().padStart(DIGITS, '0')

/** Returns undefined for a text that is not an id. */
export const entryIdIn = (text: string): number | undefined =>
  /^[0-9a-f]{1,16}$/i.test(text) && Number.isSafeInteger(Number.parseInt(text, 16))
    ? Number.parseInt(text, 16)
    : undefined

export const ITEM_CLASS = 'IPM.Note'

export const recoverableOutput = (
  { name }: MailboxRecord,
  { id, subject, folder, deletedAt }: RecoverableItem,
): Output => ({
  MailboxIdentity: name,
  ItemClass: ITEM_CLASS,
  Subject: subject,
  SourceFolder: 'Recoverable Items\\Deletions',
  LastParentPath: folder.replaceAll('/', '\\'),
  LastModifiedTime: new Date(deletedAt),
  EntryID: entryIdOf(id),
  Identity: `${name}\\${entryIdOf(id)}`,
  IsValid: true,
  ObjectState: 'New',
})

const nothing: RecoverableUsage = { items: 0, octets: 0 }

/** The folders in which Exchange Online keeps what was deleted; here all of it is in the second. */
export const recoverableFolders = ({ name, exchangeGuid }: MailboxRecord, kept: RecoverableUsage): readonly Output[] =>
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
