import type { FolderId, MailboxId, ModSeq, Uid } from '../../../core/ids.ts'
import { type BlobRef, type Sql, sql, type Statement } from '../../../storage/engine.ts'
import { flagsOf } from '../flags/flags.ts'
import { uidStatements } from '../uid-statements.ts'
import { ascending } from '../uids.ts'
import { LAST_VERB, stateOf } from './item-state.ts'
import { importances } from '../summary/importance.ts'
import type { ItemKey, MailItem } from '../item-types.ts'

interface ItemRow {
  readonly folder: FolderId
  readonly uid: Uid
  readonly modseq: ModSeq
  readonly system: number
  readonly keywords: string
  readonly saved_at: number | null
  readonly origin_folder: FolderId | null
  readonly origin_uid: Uid | null
  readonly created_at: number | null
  readonly changed_at: number | null
  readonly last_verb: string | null
  readonly octets: number
  readonly received_at: number
  readonly received_zone: number
  readonly sent_at: number | null
  readonly has_attachments: number
  readonly importance: number | null
  readonly thread_id: string | null
  readonly subject: string | null
  readonly sender_name: string | null
  readonly sender_address: string | null
  readonly message_id: string | null
  readonly preview: string | null
  readonly envelope: Uint8Array
  readonly blob: BlobRef
}

const NORMAL = importances.indexOf('normal')

function itemOf(row: ItemRow): MailItem {
  const flags = flagsOf(row.system, row.keywords)
  const createdAt = row.created_at ?? row.saved_at ?? row.received_at
  return {
    key: { originFolder: row.origin_folder ?? row.folder, originUid: row.origin_uid ?? row.uid },
    folder: row.folder,
    uid: row.uid,
    modSeq: row.modseq,
    flags,
    ...stateOf(flags, importances[row.importance ?? NORMAL]!, row.last_verb),
    received: { at: row.received_at, zone: row.received_zone },
    sentAt: row.sent_at ?? undefined,
    createdAt,
    modifiedAt: row.changed_at ?? createdAt,
    octets: row.octets,
    hasAttachments: row.has_attachments === 1,
    threadId: row.thread_id ?? undefined,
    subject: row.subject ?? undefined,
    fromName: row.sender_name ?? undefined,
    fromAddress: row.sender_address ?? undefined,
    internetMessageId: row.message_id ?? undefined,
    preview: row.preview ?? undefined,
    envelope: row.envelope,
    blob: row.blob,
  }
}

/** Selects items of a folder. The caller appends a condition on the UIDs. */
const itemHead = (mailbox: MailboxId, folder: FolderId): Statement =>
  // Joined with the folder's row: shows nothing of a deleted folder or of another mailbox's folder.
  sql`select s.folder, s.uid, s.modseq, s.system, s.keywords, s.saved_at, o.origin_folder, o.origin_uid, o.created_at,
        j.at as changed_at, v.value as last_verb, m.octets, m.received_at, m.received_zone, m.sent_at, m.has_attachments,
        m.importance, m.thread_id, m.subject, m.sender_name, m.sender_address, m.message_id, m.preview, m.envelope, m.blob
      from mail_folder f join mail_state s on s.folder = f.id join mail_message m on m.id = s.message
      left join mail_item_origin o on o.mailbox = f.mailbox and o.folder = s.folder and o.uid = s.uid
      left join mail_journal j on j.mailbox = f.mailbox and j.modseq = s.modseq and j.part = 0
      left join mail_item_property v on v.mailbox = f.mailbox and v.name = ${LAST_VERB}
        and v.origin_folder = coalesce(o.origin_folder, s.folder) and v.origin_uid = coalesce(o.origin_uid, s.uid)
      where f.id = ${folder} and f.mailbox = ${mailbox} and s.uid`

/** The items with these UIDs in a folder, in UID order, without those that are gone. */
export async function itemsByUids(
  rows: Sql,
  mailbox: MailboxId,
  folder: FolderId,
  uids: readonly Uid[],
): Promise<readonly MailItem[]> {
  const statements = uidStatements(itemHead(mailbox, folder), ascending(uids))
  const found = await Promise.all(statements.map((statement) => rows.all<ItemRow>(statement)))
  return found
    .flat()
    .map(itemOf)
    .sort((a, b) => a.uid - b.uid)
}

/** A message's place in the mailbox. */
export interface Place {
  readonly folder: FolderId
  readonly uid: Uid
}

/** The items at these places, in that order, without those that are gone. */
export async function itemsAt(rows: Sql, mailbox: MailboxId, places: readonly Place[]): Promise<readonly MailItem[]> {
  const byFolder = [...Map.groupBy(places, ({ folder }) => folder)]
  const found = await Promise.all(
    byFolder.map(([folder, some]) =>
      itemsByUids(
        rows,
        mailbox,
        folder,
        some.map(({ uid }) => uid),
      ),
    ),
  )
  const byPlace = new Map(found.flat().map((item) => [placeKey(item), item]))
  return places.flatMap((place) => byPlace.get(placeKey(place)) ?? [])
}

const placeKey = ({ folder, uid }: Place): string => `${folder} ${uid}`

const itemKey = ({ originFolder, originUid }: ItemKey): string => `${originFolder} ${originUid}`

/** Selects where moved items are now. */
export const movedHead = (mailbox: MailboxId, originFolder: FolderId): Statement =>
  sql`select o.folder, o.uid, o.origin_uid from mail_item_origin o
      join mail_state s on s.folder = o.folder and s.uid = o.uid
      join mail_folder f on f.id = o.folder
      where o.mailbox = ${mailbox} and f.mailbox = ${mailbox} and o.origin_folder = ${originFolder} and o.origin_uid`

interface MovedRow extends Place {
  readonly origin_uid: Uid
}

/** An item may move while it is looked for. */
const LOOKS = 3

/** The items with these keys, in that order; undefined for those that are gone. */
export async function itemsByKeys(
  rows: Sql,
  mailbox: MailboxId,
  keys: readonly ItemKey[],
): Promise<readonly (MailItem | undefined)[]> {
  const found = new Map<string, MailItem>()
  let missing = keys
  for (let look = 0; look < LOOKS && missing.length > 0; look++) {
    const moved = await movedPlaces(rows, mailbox, missing)
    // Most items never move.
    const places = missing.map((key) => moved.get(itemKey(key)) ?? { folder: key.originFolder, uid: key.originUid })
    for (const item of await itemsAt(rows, mailbox, places)) found.set(itemKey(item.key), item)
    missing = missing.filter((key) => !found.has(itemKey(key)))
    if (moved.size === 0 && look > 0) break
  }
  return keys.map((key) => found.get(itemKey(key)))
}

async function movedPlaces(
  rows: Sql,
  mailbox: MailboxId,
  keys: readonly ItemKey[],
): Promise<ReadonlyMap<string, Place>> {
  const places = new Map<string, Place>()
  for (const [originFolder, some] of Map.groupBy(keys, (key) => key.originFolder)) {
    const uids = ascending(some.map(({ originUid }) => originUid))
    for (const statement of uidStatements(movedHead(mailbox, originFolder), uids)) {
      for (const { folder, uid, origin_uid } of await rows.all<MovedRow>(statement)) {
        places.set(itemKey({ originFolder, originUid: origin_uid }), { folder, uid })
      }
    }
  }
  return places
}

interface KeyRow {
  readonly uid: Uid
  readonly origin_folder: FolderId
  readonly origin_uid: Uid
}

/** The keys of messages that may have left their folder, in the order of the UIDs. */
export async function keysOf(
  rows: Sql,
  mailbox: MailboxId,
  folder: FolderId,
  uids: readonly Uid[],
): Promise<readonly ItemKey[]> {
  const head = sql`select uid, origin_folder, origin_uid from mail_item_origin
    where mailbox = ${mailbox} and folder = ${folder} and uid`
  const origins = new Map<Uid, ItemKey>()
  for (const statement of uidStatements(head, ascending(uids))) {
    for (const { uid, origin_folder, origin_uid } of await rows.all<KeyRow>(statement)) {
      origins.set(uid, { originFolder: origin_folder, originUid: origin_uid })
    }
  }
  return uids.map((uid) => origins.get(uid) ?? { originFolder: folder, originUid: uid })
}
