import type { FolderId, MailboxId, Uid } from '../../../core/ids.ts'
import { ask, askOne, type Sql, sql } from '../../../storage/engine.ts'
import { uidStatements } from '../uid-statements.ts'
import type { Place } from './item-rows.ts'
import { dropProperties } from './properties.ts'

/** Rows that one write changes, so that other writes can run in between. */
const STEP = 500

/** Removes some rows of items that do not exist any more. Returns true if nothing is left to do. */
export async function tidyItems(rows: Sql, mailbox: MailboxId): Promise<boolean> {
  const steps = [await markLeft(rows, mailbox), await forgetLeft(rows, mailbox), await dropStrays(rows, mailbox)]
  return steps.every((found) => found < STEP)
}

/** Notes that a moved message is no longer where it was. Readers of the journal still need its key. */
async function markLeft(rows: Sql, mailbox: MailboxId): Promise<number> {
  const found = await rows.all<Place>(
    sql`select folder, uid from mail_item_origin o where mailbox = ${mailbox} and left_at = 0
          and not exists (select 1 from mail_state s where s.folder = o.folder and s.uid = o.uid) limit ${STEP}`,
  )
  if (found.length === 0) return 0
  await rows.write(
    function* () {
      const now = yield* askOne<{ modseq: number }>(sql`select modseq from mail_mailbox where mailbox = ${mailbox}`)
      for (const [folder, uids] of byFolder(found)) {
        const head = sql`update mail_item_origin set left_at = ${now?.modseq ?? 1}
          where mailbox = ${mailbox} and folder = ${folder} and uid`
        for (const statement of uidStatements(head, uids)) yield* ask(statement)
      }
    },
    [mailbox],
  )
  return found.length
}

/** Deletes origins that the journal does not reach back to. */
async function forgetLeft(rows: Sql, mailbox: MailboxId): Promise<number> {
  const found = await rows.all<Place>(
    sql`select folder, uid from mail_item_origin where mailbox = ${mailbox} and left_at > 0
          and left_at <= (select journal_tail from mail_mailbox m where m.mailbox = ${mailbox}) limit ${STEP}`,
  )
  if (found.length === 0) return 0
  await rows.write(
    function* () {
      for (const [folder, uids] of byFolder(found)) {
        const head = sql`delete from mail_item_origin where mailbox = ${mailbox} and folder = ${folder} and uid`
        for (const statement of uidStatements(head, uids)) yield* ask(statement)
      }
    },
    [mailbox],
  )
  return found.length
}

interface OwnerRow {
  readonly origin_folder: FolderId
  readonly origin_uid: number
}

/** Deletes properties of items and folders that do not exist. Keys are never used again. */
async function dropStrays(rows: Sql, mailbox: MailboxId): Promise<number> {
  const found = await rows.all<OwnerRow>(
    sql`select distinct origin_folder, origin_uid from mail_item_property p where mailbox = ${mailbox}
          and (origin_uid > 0 or not exists (select 1 from mail_folder f where f.id = p.origin_folder))
          and not exists (select 1 from mail_state s where s.folder = p.origin_folder and s.uid = p.origin_uid)
          and not exists (select 1 from mail_item_origin o join mail_state s on s.folder = o.folder and s.uid = o.uid
            where o.mailbox = p.mailbox and o.origin_folder = p.origin_folder and o.origin_uid = p.origin_uid)
        limit ${STEP}`,
  )
  if (found.length === 0) return 0
  await rows.write(
    function* () {
      for (const { origin_folder, origin_uid } of found) yield* dropProperties(mailbox, origin_folder, origin_uid)
    },
    [mailbox],
  )
  return found.length
}

function byFolder(places: readonly Place[]): ReadonlyMap<FolderId, readonly Uid[]> {
  const all = new Map<FolderId, readonly Uid[]>()
  for (const [folder, some] of Map.groupBy(places, (place) => place.folder)) {
    all.set(
      folder,
      some.map(({ uid }) => uid).sort((a, b) => a - b),
    )
  }
  return all
}
