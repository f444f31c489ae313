import type { FolderId, MailboxId, ModSeq, Uid } from '../../../core/ids.ts'
import { Refusal, refuse } from '../../../core/refusal.ts'
import { ask, askOne, sql, type Statements } from '../../../storage/engine.ts'
import type { FolderEntry } from '../folder-entries.ts'
import { flagsOf } from '../flags/flags.ts'
import { uidStatements } from '../uid-statements.ts'
import { movedHead, type Place } from './item-rows.ts'
import { importances } from '../summary/importance.ts'
import type { Importance, ItemKey } from '../item-types.ts'

/** An item as a write finds it. */
export interface LocatedItem extends FolderEntry {
  readonly folder: FolderId
  readonly modSeq: ModSeq
  /** Of the header. */
  readonly importance: Importance
}

interface LocatedRow {
  readonly uid: Uid
  readonly message: number
  readonly octets: number
  readonly system: number
  readonly keywords: string
  readonly modseq: ModSeq
  readonly importance: number | null
}

export const refuseItem = (): never =>
  refuse('no-such-thing', 'The specified object was not found in the store.', { code: 'ErrorItemNotFound' })

export const missingFolder = (): Refusal =>
  new Refusal('no-such-thing', 'The specified folder could not be found in the store.', { code: 'ErrorFolderNotFound' })

/** Refuses `wrong-state` if an item changed since `ifMatch`. */
export function refuseChanged(modSeq: ModSeq, ifMatch: ModSeq | undefined): void {
  if (ifMatch === undefined || ifMatch === modSeq) return
  const text = 'The change key passed in the request does not match the current change key for the item.'
  refuse('wrong-state', text, { code: 'ErrorIrresolvableConflict' })
}

/** Finds an item within a write. Refuses `no-such-thing`, and `wrong-state` if it changed since `ifMatch`. */
export function* located(mailbox: MailboxId, key: ItemKey, ifMatch: ModSeq | undefined): Statements<LocatedItem> {
  const place = yield* placeOf(mailbox, key)
  const row = place && (yield* rowAt(mailbox, place))
  if (!place || !row) return refuseItem()
  refuseChanged(row.modseq, ifMatch)
  const { uid, message, octets, modseq: modSeq } = row
  return {
    folder: place.folder,
    uid,
    message,
    octets,
    modSeq,
    flags: flagsOf(row.system, row.keywords),
    importance: importances[row.importance ?? 1]!,
  }
}

/** Undefined if the key belongs to no item: a message that was moved to that place has the key of its first place. */
function* placeOf(mailbox: MailboxId, { originFolder, originUid }: ItemKey): Statements<Place | undefined> {
  for (const statement of uidStatements(movedHead(mailbox, originFolder), [originUid])) {
    const [place] = yield* ask<Place>(statement)
    if (place) return place
  }
  const other = yield* askOne(
    sql`select uid from mail_item_origin
        where mailbox = ${mailbox} and folder = ${originFolder} and uid = ${originUid}`,
  )
  return other ? undefined : { folder: originFolder, uid: originUid }
}

const rowAt = (mailbox: MailboxId, { folder, uid }: Place): Statements<LocatedRow | undefined> =>
  askOne<LocatedRow>(
    sql`select s.uid, s.message, m.octets, s.system, s.keywords, s.modseq, m.importance
        from mail_folder f join mail_state s on s.folder = f.id join mail_message m on m.id = s.message
        where f.id = ${folder} and f.mailbox = ${mailbox} and s.uid = ${uid}`,
  )

/** Refuses `no-such-thing` if the mailbox has no such folder. */
export function* existingFolder(mailbox: MailboxId, folder: FolderId): Statements<void> {
  const row = yield* askOne(sql`select id from mail_folder where id = ${folder} and mailbox = ${mailbox}`)
  if (!row) throw missingFolder()
}
