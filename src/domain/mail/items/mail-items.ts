import { refuseRevoked } from '../revoked.ts'
import type { MailboxContext } from '../mailbox-context.ts'
import { changesSince, folderChangesSince, mark } from './changes.ts'
import {
  copyItem,
  createItem,
  deleteItem,
  everyFolderProperties,
  folderProperties,
  moveItem,
  patchItem,
  replaceContent,
  setFolderProperties,
} from './edit-items.ts'
import { changeKeyOf, ItemIds, modSeqIn } from './item-ids.ts'
import { itemsByKeys, itemsByUids } from './item-rows.ts'
import { list, page, search } from './list.ts'
import { refuseItem } from './located.ts'
import { readProperties } from './properties.ts'
import type { MailItem, MailItems } from '../item-types.ts'
import type { Message } from '../types.ts'
import type { FolderId, Uid } from '../../../core/ids.ts'

type ReadMessages = (folder: FolderId, uids: readonly Uid[]) => Promise<readonly Message[]>

/** The items of an open mailbox. */
export function mailItems(box: MailboxContext, readMessages: ReadMessages): MailItems {
  const ids = new ItemIds(box.id)
  const rows = box.engine.sql
  const open =
    <A extends unknown[], T>(verb: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      refuseRevoked(box)
      return verb(...args)
    }
  const find = async (id: string): Promise<MailItem> => {
    const { key, folder } = ids.parseItem(id)
    const [item] = await itemsByKeys(rows, box.id, [key])
    return item && (folder === undefined || folder === item.folder) ? item : refuseItem()
  }
  return {
    itemId: ({ key, folder }, kind) => ids.item(key, folder, kind),
    folderId: (folder) => ids.folder(folder),
    rootId: ids.folder(0 as FolderId),
    conversationId: (threadId) => ids.conversation(threadId),
    changeKey: ({ modSeq }) => changeKeyOf(modSeq),
    modSeqOf: modSeqIn,
    parseItemId: (id) => ids.parseItem(id),
    parseFolderId: (id) => ids.parseFolder(id) || undefined,
    parseConversationId: (id) => ids.parseConversation(id),
    find: open(find),
    byKeys: open((keys) => itemsByKeys(rows, box.id, keys)),
    byUids: open((folder, uids) => itemsByUids(rows, box.id, folder, uids)),
    list: open((request) => list(box, request)),
    search: open((request) => search(box, request)),
    messages: open((items) => messagesOf(readMessages, items)),
    mark: open(() => mark(box)),
    page: open((folder, after, take, filter) => page(box, folder, after, take, filter)),
    changesSince: open((request) => changesSince(box, request)),
    folderChangesSince: open((since) => folderChangesSince(box, since)),
    properties: open((keys, names) => readProperties(rows, box.id, keys, names)),
    folderProperties: open((folder, names) => folderProperties(box, folder, names)),
    everyFolderProperties: open((names) => everyFolderProperties(box, names)),
    setFolderProperties: open((folder, changes) => setFolderProperties(box, folder, changes)),
    patch: open((key, patch, ifMatch) => patchItem(box, key, patch, ifMatch)),
    create: open((folder, item) => createItem(box, folder, item)),
    replaceContent: open((key, replacement, ifMatch) => replaceContent(box, key, replacement, ifMatch)),
    move: open((key, to) => moveItem(box, key, to)),
    copy: open((key, to) => copyItem(box, key, to)),
    delete: open((key, ifMatch) => deleteItem(box, key, 'dropped', ifMatch)),
    permanentDelete: open((key, ifMatch) => deleteItem(box, key, 'purged', ifMatch)),
  }
}

async function messagesOf(read: ReadMessages, items: readonly MailItem[]): Promise<readonly (Message | undefined)[]> {
  const found = new Map<string, Message>()
  for (const [folder, some] of Map.groupBy(items, (item) => item.folder)) {
    const uids = some.map(({ uid }) => uid)
    for (const message of await read(folder, uids)) found.set(`${folder} ${message.uid}`, message)
  }
  return items.map(({ folder, uid }) => found.get(`${folder} ${uid}`))
}
