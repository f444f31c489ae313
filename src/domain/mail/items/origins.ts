import type { FolderId, MailboxId, Uid } from '../../../core/ids.ts'
import { ask, sql, type SqlValue, type Statement, type Statements } from '../../../storage/engine.ts'
import type { MailFeature, MailWrite, MovedMessages } from '../hooks.ts'
import { uidStatements } from '../uid-statements.ts'
import { dropProperties } from './properties.ts'

/** Where a message was first, and when it was created. */
export interface Origin {
  readonly folder: FolderId
  readonly uid: Uid
  readonly createdAt: number
}

/** A message that is in a folder now. */
interface PlacedOrigin {
  readonly folder: FolderId
  readonly uid: Uid
  readonly origin: Origin
}

/** Rows per insert statement: few sizes, so that few statements are prepared. */
const sizes = [64, 8, 1]

const oneRow = '(?,?,?,?,?,?,0)'.split('?')

/** Writes the origins of messages that get a new place. */
export function* writeOrigins(mailbox: MailboxId, placed: readonly PlacedOrigin[]): Statements<void> {
  for (let start = 0; start < placed.length;) {
    const size = sizes.find((size) => size <= placed.length - start)!
    yield* ask(insertOrigins(mailbox, placed.slice(start, start + size)))
    start += size
  }
}

function insertOrigins(mailbox: MailboxId, placed: readonly PlacedOrigin[]): Statement {
  const parts = [
    'insert into mail_item_origin (mailbox, folder, uid, origin_folder, origin_uid, created_at, left_at) values ',
  ]
  const args: SqlValue[] = []
  for (const { folder, uid, origin } of placed) {
    const [open, ...rest] = oneRow
    parts.push(`${parts.pop()}${args.length > 0 ? ',' : ''}${open}`, ...rest)
    args.push(mailbox, folder, uid, origin.folder, origin.uid, origin.createdAt)
  }
  return { parts, args }
}

interface OriginRow {
  readonly uid: Uid
  readonly saved_at: number | null
  readonly received_at: number
  readonly origin_folder: FolderId | null
  readonly origin_uid: Uid | null
  readonly created_at: number | null
}

/** The origins of messages of a folder, by their UIDs. */
export function* originsOf(
  mailbox: MailboxId,
  folder: FolderId,
  uids: readonly Uid[],
): Statements<ReadonlyMap<Uid, Origin>> {
  const head = sql`select s.uid, s.saved_at, m.received_at, o.origin_folder, o.origin_uid, o.created_at
    from mail_state s join mail_message m on m.id = s.message
    left join mail_item_origin o on o.mailbox = ${mailbox} and o.folder = s.folder and o.uid = s.uid
    where s.folder = ${folder} and s.uid`
  const origins = new Map<Uid, Origin>()
  for (const statement of uidStatements(head, uids)) {
    for (const row of yield* ask<OriginRow>(statement)) {
      origins.set(row.uid, {
        folder: row.origin_folder ?? folder,
        uid: row.origin_uid ?? row.uid,
        createdAt: row.created_at ?? row.saved_at ?? row.received_at,
      })
    }
  }
  return origins
}

/** A message that moves is still the same item. */
function* keepOrigins({ mailbox }: MailWrite, { folder, entries, to, uids }: MovedMessages): Statements<void> {
  const origins = yield* originsOf(
    mailbox,
    folder,
    entries.map(({ uid }) => uid),
  )
  yield* writeOrigins(
    mailbox,
    entries.map(({ uid }, nth) => ({ folder: to, uid: uids[nth]!, origin: origins.get(uid)! })),
  )
}

/** Keeps the identity of items, and deletes what Graph keeps about them with their mailbox. Upkeep does the rest. */
export const itemFeature: MailFeature = {
  moving: keepOrigins,
  *deletingFolder({ mailbox }, folder) {
    yield* dropProperties(mailbox, folder, 0)
  },
  *erasing(mailbox) {
    yield* ask(sql`delete from mail_item_origin where mailbox = ${mailbox}`)
    yield* ask(sql`delete from mail_item_property where mailbox = ${mailbox}`)
    yield* ask(sql`delete from mail_item_usage where mailbox = ${mailbox}`)
  },
}
