import type { FolderId, ModSeq, Uid } from '../../core/ids.ts'
import { type BlobRef, sql } from '../../storage/engine.ts'
import { annotate, annotations } from './annotations/annotations.ts'
import { append } from './arrival/append.ts'
import { contents } from './contents.ts'
import { copy, move } from './copy-and-move.ts'
import { expunge, remove } from './expunge.ts'
import { store } from './store-flags.ts'
import { createFolder, deleteFolder, renameFolder } from './folders/edit-folders.ts'
import { folder, folders, setSubscribed, subscriptions } from './folders/list-folders.ts'
import { uidStatements } from './uid-statements.ts'
import type { LineKind } from './journal/journal.ts'
import { vanishedSince } from './vanished.ts'
import { ascending } from './uids.ts'
import type { MailboxContext } from './mailbox-context.ts'
import { refuseRevoked } from './revoked.ts'
import { metadata } from './metadata/metadata.ts'
import { deletedOctets, quota } from './quota/quota.ts'
import { sort } from './sort/sort-messages.ts'
import { threads } from './sort/thread-messages.ts'
import type { Mailbox, MailboxLine, MailboxNews, Message } from './types.ts'
import { mailItems } from './items/mail-items.ts'
import type { MailItems } from './item-types.ts'
import type { MailUploads } from './upload-types.ts'
import { mailUploads } from './uploads/uploads.ts'
import { makeUrlKey, resetUrlKeys, urlKey } from './url-keys/url-keys.ts'

const messageOf = (row: MessageRow): Message => ({
  uid: row.uid,
  blob: row.blob,
  octets: row.octets,
  lineOctets: row.line_octets,
  received: { at: row.received_at, zone: row.received_zone },
  emailId: row.email_id,
  threadId: row.thread_id ?? undefined,
  preview: row.preview ?? undefined,
  savedAt: row.saved_at ?? undefined,
  envelope: row.envelope,
  body: row.body,
  bodyStructure: row.body_structure,
  structure: row.structure,
})

/** With more lines, reading all folders again is cheaper. */
const MOST_LINES = 10_000

/** The key under which a handle keeps its context. */
const BOX = Symbol('box')

interface Handle {
  readonly [BOX]: MailboxContext
}

const open = <A extends unknown[], T>(verb: (box: MailboxContext, ...args: A) => Promise<T>) =>
  async function (this: Handle, ...args: A): Promise<T> {
    refuseRevoked(this[BOX])
    return verb(this[BOX], ...args)
  }

/** Shared by all handles, because every session has one. */
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
  get items(): MailItems {
    const box = (this as unknown as Handle)[BOX]
    const value = mailItems(box, (folder, uids) => messages(box, folder, uids))
    // Made once for each handle: a list reads it for every message.
    Object.defineProperty(this, 'items', { value })
    return value
  },
  get uploads(): MailUploads {
    return mailUploads((this as unknown as Handle)[BOX])
  },
  metadata(this: Handle, ...args: Parameters<Mailbox['metadata']>) {
    return metadata(this[BOX], ...args)
  },
  contents(this: Handle, ...args: Parameters<Mailbox['contents']>) {
    return contents(this[BOX], ...args)
  },
  content: open(({ engine }, blob: BlobRef, start?: number, end?: number) => engine.blobs.read(blob, start, end)),
  checkContent: open(({ engine }, blob: BlobRef) => engine.blobs.check(blob)),
  vanishedSince: open(vanishedSince),
  search: open((box, ...args: Parameters<Mailbox['search']>) => box.searchIndex.search(box, ...args)),
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

/** A handle with all verbs of a mailbox, valid until access revokes it. */
export const mailboxHandle = (box: MailboxContext): Mailbox =>
  Object.assign(Object.create(verbs) as typeof verbs, { [BOX]: box, id: box.id, revoked: box.revoked })

interface Row {
  readonly now: ModSeq
  readonly tail: ModSeq
  readonly folder: FolderId | null
  readonly kind: LineKind
  readonly what: string
}

/** The journal's lines about folders after a mark, each kind once. */
async function mailboxNews(box: MailboxContext, since: ModSeq): Promise<MailboxNews> {
  const rows = await box.engine.sql.all<Row>(
    sql`select now, tail, folder, kind, what from (
          select m.modseq as now, m.journal_tail as tail, j.folder, j.kind,
            case when j.kind in ('annotated', 'subscribed') then j.what else '' end as what, j.modseq, j.part
          from mail_mailbox m left join mail_journal j on j.mailbox = m.mailbox and j.modseq > ${since}
          where m.mailbox = ${box.id}) as line
        group by now, tail, folder, kind, what order by min(modseq), min(part) limit ${MOST_LINES}`,
  )
  const { now = since, tail = since } = rows[0] ?? {}
  const lines = rows.flatMap(({ folder, kind, what }): MailboxLine[] =>
    folder === null ? [] : [{ folder, kind, what }],
  )
  return { now, whole: since >= tail && rows.length < MOST_LINES, lines }
}

interface MessageRow {
  readonly uid: Uid
  readonly blob: BlobRef
  readonly octets: number
  readonly line_octets: number
  readonly received_at: number
  readonly received_zone: number
  readonly email_id: string
  readonly thread_id: string | null
  readonly preview: string | null
  readonly saved_at: number | null
  readonly envelope: Uint8Array
  readonly body: Uint8Array
  readonly body_structure: Uint8Array
  readonly structure: string
}

async function messages(box: MailboxContext, folder: FolderId, uids: readonly Uid[]): Promise<readonly Message[]> {
  // Joined with the folder's row: shows nothing of a deleted folder or of another mailbox's folder.
  const head = sql`
    select s.uid, m.blob, m.octets, m.line_octets, m.received_at, m.received_zone, m.email_id, m.thread_id, m.preview, s.saved_at,
      m.envelope, m.body, m.body_structure, m.structure
    from mail_folder f join mail_state s on s.folder = f.id join mail_message m on m.id = s.message
    where f.id = ${folder} and f.mailbox = ${box.id} and s.uid`
  const found = await Promise.all(
    uidStatements(head, ascending(uids)).map((statement) => box.engine.sql.all<MessageRow>(statement)),
  )
  return found
    .flat()
    .map(messageOf)
    .sort((a, b) => a.uid - b.uid)
}
