import type { FolderId } from '../../core/ids.ts'
import type { BlobRef } from '../../storage/engine.ts'
import { annotate, annotations } from './annotations/annotations.ts'
import { append } from './arrival/append.ts'
import { type MailboxContext, refuseRevoked } from './mailbox-context.ts'
import { contents } from './contents.ts'
import { copy } from './copy.ts'
import { createFolder } from './folders/create-folder.ts'
import { deleteFolder } from './folders/delete-folder.ts'
import { expunge, remove } from './expunge.ts'
import { folder, folders } from './folders/list-folders.ts'
import { mailboxNews } from './index/mailbox-news.ts'
import { messages } from './messages.ts'
import { metadata } from './metadata/metadata.ts'
import { move } from './move.ts'
import { deletedOctets, quota } from './quota/quota.ts'
import { renameFolder } from './folders/rename-folder.ts'
import { search } from './search/search-folder.ts'
import { sort } from './sort/sort-messages.ts'
import { threads } from './sort/thread-messages.ts'
import { store } from './flags/store-flags.ts'
import { setSubscribed, subscriptions } from './folders/subscriptions.ts'
import type { Mailbox } from './types.ts'
import { makeUrlKey, resetUrlKeys, urlKey } from './url-keys/url-keys.ts'
import { vanishedSince } from './journal/vanished.ts'

/** Where a handle keeps what its verbs work on. */
const BOX = Symbol('box')

interface Handle {
  readonly [BOX]: MailboxContext
}

const open = <A extends unknown[], T>(verb: (box: MailboxContext, ...args: A) => Promise<T>) =>
  async function (this: Handle, ...args: A): Promise<T> {
    refuseRevoked(this[BOX])
    return verb(this[BOX], ...args)
  }

/** The same for all handles: there is one for every session. */
const verbs = {
  folders: open(folders),
  folder: open(folder),
  createFolder: open(createFolder),
  deleteFolder: open(deleteFolder),
  renameFolder: open(renameFolder),
  subscriptions: open(subscriptions),
  setSubscribed: open(setSubscribed),
  urlKey: open(urlKey),
  makeUrlKey: open(makeUrlKey),
  resetUrlKeys: open(resetUrlKeys),
  quota: open(quota),
  deletedOctets: open(deletedOctets),
  annotations: open(annotations),
  annotate: open(annotate),
  open: open(({ indexes, id }, of: FolderId) => indexes.open(id, of)),
  messages: open(messages),
  metadata(this: Handle, ...args: Parameters<Mailbox['metadata']>) {
    return metadata(this[BOX], ...args)
  },
  contents(this: Handle, ...args: Parameters<Mailbox['contents']>) {
    return contents(this[BOX], ...args)
  },
  content: open(({ engine }, blob: BlobRef, start?: number, end?: number) => engine.blobs.read(blob, start, end)),
  checkContent: open(({ engine }, blob: BlobRef) => engine.blobs.check(blob)),
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
  watch(this: Handle, woken: () => void) {
    const box = this[BOX]
    refuseRevoked(box)
    return box.engine.notifier.subscribe(box.id, () => {
      if (!box.revoked.aborted) woken()
    })
  },
}

/** A handle: every verb of a mailbox, for as long as it is not taken back. */
export const mailboxHandle = (box: MailboxContext): Mailbox =>
  Object.assign(Object.create(verbs) as typeof verbs, { [BOX]: box, id: box.id, revoked: box.revoked })
