import type { ValuesOf } from '../../../cmdlets/cmdlet.ts'
import { writtenQuantity } from '../../../cmdlets/exchange/parameter-types.ts'
import * as declared from '../../../cmdlets/exchange/recoverable-items.ts'
import type { recoverableItems } from '../../../cmdlets/exchange/recoverable-items.ts'
import type { MailboxRecord } from '../../../domain/directory/types.ts'
import type { RecoverableItem, RecoverableUsage } from '../../../domain/mail/store-types.ts'
import { type CmdletContext, command } from '../command.ts'
import { findMailbox } from '../find.ts'
import type { Output } from '../objects/output.ts'

/** With ResultSize Unlimited. */
const MOST = 100_000

export const getRecoverableItems = command({
  declaration: declared.getRecoverableItems,
  role: 'Mailbox Import Export',
  async run(context, given) {
    const mailbox = await findMailbox(context, given.Identity)
    // Reads one more than requested, to know whether there are more.
    const most = Math.min((given.ResultSize ?? 1000) + 1, MOST)
    return (await findRecoverableItems(context, mailbox, given, most)).map((item) => recoverableOutput(mailbox, item))
  },
})

/** In one write, and on one page of the answer. */
const TOGETHER = 100

export const restoreRecoverableItems = command({
  declaration: declared.restoreRecoverableItems,
  role: 'Mailbox Import Export',
  async run(context, given) {
    // The items of a following page are restored already.
    if (context.again) return []
    const { directory, mail, tenant } = context
    const mailbox = await findMailbox(context, given.Identity)
    const items = await findRecoverableItems(context, mailbox, given, TOGETHER + 1)
    const chosen = items.slice(0, TOGETHER)
    if (items.length > TOGETHER) context.warn(`There are more items than ${TOGETHER}: run the command again.`)
    const ids = chosen.map(({ id }) => id)
    const [, folders] = await directory.together(tenant.id, [
      // Only the content of the mailbox changes.
      (one) => one.mailboxes.update(tenant.id, mailbox.id, {}),
      async (_, write) =>
        ids.length > 0 ? mail.recoverable.restore(mailbox.id, ids, write) : new Map<number, string>(),
    ])
    if (given.NoOutput) return []
    return chosen.map((item) => ({
      ...recoverableOutput(mailbox, item),
      RestoredToFolderPath: (folders.get(item.id) ?? '').replaceAll('/', '\\'),
      WasRestoredSuccessfully: folders.has(item.id),
    }))
  },
})

/** Returns the recoverable items that the parameters choose, latest first. */
async function findRecoverableItems(
  { mail }: CmdletContext,
  { id }: MailboxRecord,
  given: ValuesOf<typeof recoverableItems>,
  most: number,
): Promise<readonly RecoverableItem[]> {
  const { EntryID: entry, FilterItemType: type = ITEM_CLASS, SourceFolder: source = 'RecoverableItems' } = given
  const named = entry === undefined ? undefined : entryIdIn(entry)
  const none = entry !== undefined && named === undefined
  if (none || type.toLowerCase() !== ITEM_CLASS.toLowerCase() || source !== 'RecoverableItems') return []
  const { SubjectContains: subject, FilterStartTime: from, FilterEndTime: until } = given
  return mail.recoverable.items(
    id,
    {
      ...(named !== undefined && { id: named }),
      ...(subject !== undefined && { subject }),
      ...(from && { from: from.getTime() }),
      ...(until && { until: until.getTime() }),
    },
    most,
  )
}

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
