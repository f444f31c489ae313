import { annotate, annotations } from './annotations/annotations.ts'
import { append } from './append.ts'
import { type Box, refuseWithdrawn } from './box.ts'
import { contents } from './contents.ts'
import { copy } from './copy.ts'
import { createFolder } from './create-folder.ts'
import { deleteFolder } from './delete-folder.ts'
import { expunge, remove } from './expunge.ts'
import { folder, folders } from './list-folders.ts'
import { mailboxNews } from './mailbox-news.ts'
import { messages } from './messages.ts'
import { metadata } from './metadata/metadata.ts'
import { move } from './move.ts'
import { deletedOctets, quota } from './quota/quota.ts'
import { renameFolder } from './rename-folder.ts'
import { search } from './search-folder.ts'
import { sort } from './sort/sort-messages.ts'
import { threads } from './sort/thread-messages.ts'
import { store } from './store-flags.ts'
import { setSubscribed, subscriptions } from './subscriptions.ts'
import type { Mailbox } from './types.ts'
import { makeUrlKey, resetUrlKeys, urlKey } from './url-keys/url-keys.ts'
import { vanishedSince } from './vanished.ts'

/** A handle: every verb of a mailbox, for as long as it is not taken back. */
export function mailboxHandle(box: Box): Mailbox {
  const open =
    <A extends unknown[], T>(verb: (box: Box, ...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      refuseWithdrawn(box)
      return verb(box, ...args)
    }
  return {
    id: box.id,
    withdrawn: box.withdrawn,
    folders: open(folders),
    folder: open(folder),
    createFolder: open(createFolder),
    deleteFolder: open(deleteFolder),
    renameFolder: open(renameFolder),
    subscriptions: open(subscriptions),
    setSubscribed: open(setSubscribed),
    quota: open(quota),
    deletedOctets: open(deletedOctets),
    annotations: open(annotations),
    annotate: open(annotate),
    urlKey: open(urlKey),
    makeUrlKey: open(makeUrlKey),
    resetUrlKeys: open(resetUrlKeys),
    open: open(({ indexes, id }, folder) => indexes.open(id, folder)),
    messages: open(messages),
    metadata: (folder, uids, parts) => metadata(box, folder, uids, parts),
    contents: (pieces, lent) => contents(box, pieces, lent),
    content: open(({ engine }, blob, start, end) => engine.blobs.read(blob, start, end)),
    vanishedSince: open(vanishedSince),
    search: open(search),
    sort: open(sort),
    threads: open(threads),
    append: open(append),
    store: open(store),
    copy: open(copy),
    move: open(move),
    expunge: open(expunge),
    remove: open(remove),
    news: open(mailboxNews),
    lockMaildrop: open(async ({ maildrops, id }) => maildrops.lock(id)),
    watch(woken) {
      refuseWithdrawn(box)
      return box.engine.notifier.subscribe(box.id, () => {
        if (!box.withdrawn.aborted) woken()
      })
    },
  }
}
