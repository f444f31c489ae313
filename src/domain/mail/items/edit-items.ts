import type { FolderId, ModSeq, Uid } from '../../../core/ids.ts'
import { Refusal } from '../../../core/refusal.ts'
import { inARow, listOf, sql, type Statements } from '../../../storage/engine.ts'
import { appending, insertMessage, type PreparedMessage } from '../arrival/append.ts'
import { copyInto, moveInto } from '../copy-and-move.ts'
import { checkedFlags, inFolderCase } from '../flags/flags.ts'
import type { MailTx } from '../mail-tx.ts'
import { type MailboxContext, write } from '../mailbox-context.ts'
import { type Flags, SEEN } from '../types.ts'
import { itemsByKeys, itemsByUids, type Place } from './item-rows.ts'
import { LAST_VERB, patchedFlags } from './item-state.ts'
import { existingFolder, located, type LocatedItem, missingFolder, refuseChanged, refuseItem } from './located.ts'
import { originsOf, writeOrigins } from './origins.ts'
import { copyProperties, readProperties, writeProperties } from './properties.ts'
import type {
  ItemKey,
  ItemPatch,
  ItemProperty,
  ItemPropertyChange,
  ItemReplacement,
  MailItem,
  NewItem,
} from '../item-types.ts'

export async function patchItem(
  box: MailboxContext,
  key: ItemKey,
  patch: ItemPatch,
  ifMatch?: ModSeq,
): Promise<MailItem> {
  const place = await write(box, function* (tx) {
    const item = yield* located(tx.mailbox, key, ifMatch)
    const flags = yield* flagsIn(box, item.folder, patchedFlags(item.flags, patch, item.importance))
    const changed = yield* writeProperties(tx.mailbox, key, propertyChanges(patch), box.limits)
    if (changed || !equal(flags, item.flags)) yield* setFlags(tx, item, flags)
    return item
  })
  return itemAt(box, place)
}

const propertyChanges = ({ properties = [], lastVerb }: ItemPatch): readonly ItemPropertyChange[] =>
  lastVerb ? [...properties, { name: LAST_VERB, value: lastVerb }] : properties

/** Flags that an item may have in a folder, with keywords in the folder's case. */
function* flagsIn({ limits }: MailboxContext, folder: FolderId, flags: Flags): Statements<Flags> {
  const checked = checkedFlags(flags, limits)
  const cased = yield* inFolderCase(folder, [checked], limits)
  return cased(checked)
}

const equal = (one: Flags, other: Flags): boolean =>
  one.system === other.system && one.keywords.join(' ') === other.keywords.join(' ')

/** Leaves a journal line even if the flags are the same, because properties changed. */
function* setFlags(tx: MailTx, { folder, uid, flags }: LocatedItem, after: Flags): Statements<void> {
  yield* tx.setFlags(folder, {
    before: [{ flags, uids: [uid] }],
    after: [{ flags: after, uids: [uid] }],
    inOneGo: undefined,
  })
}

async function itemAt(box: MailboxContext, { folder, uid }: Place): Promise<MailItem> {
  const [item] = await itemsByUids(box.engine.sql, box.id, folder, [uid])
  return item ?? refuseItem()
}

const readAndNoDraft: Flags = { system: SEEN, keywords: [] }

export async function createItem(box: MailboxContext, folder: FolderId, item: NewItem): Promise<MailItem> {
  const { bytes, received } = item
  const messages = [{ bytes, flags: readAndNoDraft, ...(received && { received }) }]
  const uid = await folderAsked(() =>
    appending(box, { folder, messages }, function* (tx, [ready]) {
      const uid = yield* insert(box, tx, folder, ready!, patchedFlags(readAndNoDraft, item, ready!.summary.importance))
      yield* writeProperties(tx.mailbox, { originFolder: folder, originUid: uid }, propertyChanges(item), box.limits)
      yield* tx.grow({ octets: 0, messages: 0 })
      return uid
    }),
  )
  return itemAt(box, { folder, uid })
}

/** Adds a message to a folder. */
function* insert(
  box: MailboxContext,
  tx: MailTx,
  folder: FolderId,
  ready: PreparedMessage,
  flags: Flags,
  replaced?: Parameters<typeof insertMessage>[2],
): Statements<Uid> {
  const { first: uid } = yield* tx.takeUids(folder, 1)
  const cased = yield* flagsIn(box, folder, flags)
  yield* tx.add(folder, [
    { uid, message: yield* insertMessage(tx, ready, replaced), octets: ready.octets, flags: cased },
  ])
  return uid
}

/** Gives the refusal of a folder the code that Graph shows. */
async function folderAsked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    const isFolder = thrown instanceof Refusal && thrown.reason === 'no-such-thing' && !thrown.detail['code']
    throw isFolder ? missingFolder() : thrown
  }
}

export async function replaceContent(
  box: MailboxContext,
  key: ItemKey,
  { bytes, patch = {}, received, to }: ItemReplacement,
  ifMatch?: ModSeq,
): Promise<MailItem> {
  const [before] = await itemsByKeys(box.engine.sql, box.id, [key])
  if (!before) return refuseItem()
  // The write checks it again.
  refuseChanged(before.modSeq, ifMatch)
  const replacing = { folder: before.folder, uid: before.uid }
  const messages = [{ bytes, flags: readAndNoDraft, received: received ?? before.received }]
  const place = await folderAsked(() =>
    appending(box, { folder: to ?? before.folder, messages, replacing }, function* (tx, [ready]) {
      const item = yield* located(tx.mailbox, key, ifMatch)
      const folder = to ?? item.folder
      const [origin] = (yield* originsOf(tx.mailbox, item.folder, [item.uid])).values()
      const flags = patchedFlags(item.flags, patch, ready!.summary.importance)
      const uid = yield* insert(box, tx, folder, ready!, flags, { message: item.message, thread: before.threadId })
      yield* writeOrigins(tx.mailbox, [{ folder, uid, origin: origin! }])
      yield* writeProperties(tx.mailbox, key, propertyChanges(patch), box.limits)
      yield* tx.take(item.folder, [item], 'dropped')
      // After the removal of the old content, which frees its octets.
      yield* tx.grow({ octets: 0, messages: 0 })
      return { folder, uid }
    }),
  )
  return itemAt(box, place)
}

export async function moveItem(box: MailboxContext, key: ItemKey, to: FolderId): Promise<MailItem> {
  const place = await write(box, function* (tx) {
    const item = yield* located(tx.mailbox, key, undefined)
    yield* existingFolder(tx.mailbox, to)
    if (item.folder === to) return item
    const { to: uids } = yield* moveInto(tx, item.folder, [item], to, box.limits)
    return { folder: to, uid: uids[0]! }
  })
  return itemAt(box, place)
}

export async function copyItem(box: MailboxContext, key: ItemKey, to: FolderId): Promise<MailItem> {
  const uid = await write(box, function* (tx) {
    const item = yield* located(tx.mailbox, key, undefined)
    yield* existingFolder(tx.mailbox, to)
    yield* tx.grow({ octets: item.octets, messages: 1 })
    const { to: uids } = yield* copyInto(tx, [item], to, box.limits)
    yield* copyProperties(tx.mailbox, key, { originFolder: to, originUid: uids[0]! }, box.limits)
    return uids[0]!
  })
  return itemAt(box, { folder: to, uid })
}

/** With `purged`, it cannot be recovered, unless the mailbox is on hold. */
export async function deleteItem(
  box: MailboxContext,
  key: ItemKey,
  content: 'dropped' | 'purged',
  ifMatch?: ModSeq,
): Promise<void> {
  await write(box, function* (tx) {
    const item = yield* located(tx.mailbox, key, ifMatch)
    yield* tx.take(item.folder, [item], content)
  })
}

export async function folderProperties(
  box: MailboxContext,
  folder: FolderId,
  names?: readonly string[],
): Promise<readonly ItemProperty[]> {
  const [found = []] = await readProperties(box.engine.sql, box.id, [{ originFolder: folder, originUid: 0 }], names)
  return found
}

/** These properties of all folders of the mailbox, in one statement; folders without any are left out. */
export async function everyFolderProperties(
  { engine, id }: MailboxContext,
  names: readonly string[],
): Promise<ReadonlyMap<FolderId, readonly ItemProperty[]>> {
  const rows = await engine.sql.all<ItemProperty & { readonly folder: FolderId }>(
    inARow(
      sql`select f.id as folder, p.name, p.value from mail_folder f
          join mail_item_property p on p.mailbox = f.mailbox and p.origin_folder = f.id and p.origin_uid = 0
          where f.mailbox = ${id} and p.name in (`,
      listOf(names),
      sql`)`,
    ),
  )
  const found = new Map<FolderId, ItemProperty[]>()
  for (const { folder, name, value } of rows) found.set(folder, [...(found.get(folder) ?? []), { name, value }])
  return found
}

export async function setFolderProperties(
  box: MailboxContext,
  folder: FolderId,
  changes: readonly ItemPropertyChange[],
): Promise<void> {
  await write(box, function* (tx) {
    yield* existingFolder(tx.mailbox, folder)
    const owner = { originFolder: folder, originUid: 0 }
    if (yield* writeProperties(tx.mailbox, owner, changes, box.limits)) yield* tx.addLine(folder, 'properties', '')
  })
}
