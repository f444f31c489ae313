import type { FolderId, MailboxId, ModSeq, Uid } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { inARow, sql, type Statement } from '../../../storage/engine.ts'
import { groupsOf, type LineKind } from '../journal/journal.ts'
import type { MailboxContext } from '../mailbox-context.ts'
import { uidsOf } from '../uids.ts'
import { itemsAt, keysOf, type Place } from './item-rows.ts'
import type {
  FolderChangesResult,
  ItemChange,
  ItemChangesRequest,
  ItemChangesResult,
  ItemMark,
  MailItem,
} from '../item-types.ts'
import { missingFolder } from './located.ts'

/** The last change of a message after the mark. */
interface LastChange extends Place {
  kind: ItemChange['kind']
  modSeq: ModSeq
}

interface LineRow {
  readonly now: ModSeq
  readonly tail: ModSeq
  readonly modseq: ModSeq | null
  readonly folder: FolderId
  readonly kind: LineKind
  readonly what: string
}

/** The lines of whole writes after a mark. */
interface Window {
  /** All lines up to here were read. */
  readonly upTo: ModSeq
  readonly more: boolean
  readonly lines: readonly (LineRow & { readonly modseq: ModSeq })[]
}

/** Lines that are read together. */
const LINES = 1000

export async function mark({ engine, id }: MailboxContext): Promise<ItemMark> {
  const row = await engine.sql.first<{ modseq: ModSeq }>(sql`select modseq from mail_mailbox where mailbox = ${id}`)
  return row ? { modSeq: row.modseq } : refuse('gone', 'The mailbox is gone')
}

const refuseStale = (): never => refuse('gone', 'The sync state generation is not found', { code: 'SyncStateNotFound' })

/** Reads the journal, so the work is in proportion to the changes. */
export async function changesSince(
  box: MailboxContext,
  { folder, since, take }: ItemChangesRequest,
): Promise<ItemChangesResult> {
  if (folder !== undefined) await refuseMissing(box, folder)
  for (let from = since; ;) {
    const { upTo, more, changes } = await lastChanges(box, folder, from)
    const page = changes.slice(0, take)
    const last = page.at(-1)
    if (page.length < changes.length) {
      const mark: ItemMark = last ? { modSeq: last.modSeq, folder: last.folder, uid: last.uid } : from
      return { changes: await asItemChanges(box, page), mark, more: true }
    }
    from = { modSeq: upTo }
    if (last || !more) return { changes: await asItemChanges(box, page), mark: from, more }
  }
}

async function refuseMissing({ engine, id }: MailboxContext, folder: FolderId): Promise<void> {
  const row = await engine.sql.first(sql`select id from mail_folder where id = ${folder} and mailbox = ${id}`)
  if (!row) throw missingFolder()
}

/** The last change of each message in a window after a mark, in the order of mod-sequence, folder and UID. */
async function lastChanges(
  box: MailboxContext,
  folder: FolderId | undefined,
  since: ItemMark,
): Promise<Pick<Window, 'upTo' | 'more'> & { changes: readonly LastChange[] }> {
  const partial = since.folder !== undefined && since.uid !== undefined
  // The lines of the last write count again for the messages behind the mark.
  const window = await linesAfter(box, folder, since, partial)
  const byPlace = new Map<string, LastChange>()
  for (const { modseq: modSeq, kind, folder: inFolder, what } of window.lines) {
    if (kind !== 'added' && kind !== 'changed' && kind !== 'expunged') continue
    const uids = kind === 'expunged' ? uidsOf(what) : groupsOf(what).flatMap((group) => group.uids)
    for (const uid of uids) {
      if (modSeq === since.modSeq && partial && !isAfter(inFolder, uid, since)) continue
      const key = placeKey({ folder: inFolder, uid })
      const before = byPlace.get(key)
      byPlace.delete(key)
      // A message that came and went after the mark is nothing new.
      if (kind === 'expunged' && before?.kind === 'created') continue
      const change = kind === 'expunged' ? 'removed' : kind === 'added' ? 'created' : (before?.kind ?? 'updated')
      byPlace.set(key, { kind: change, modSeq, folder: inFolder, uid })
    }
  }
  const changes = [...byPlace.values()].sort((a, b) => a.modSeq - b.modSeq || a.folder - b.folder || a.uid - b.uid)
  return { upTo: window.upTo, more: window.more, changes }
}

const isAfter = (folder: FolderId, uid: Uid, since: ItemMark): boolean =>
  folder > since.folder! || (folder === since.folder && uid > since.uid!)

/**
 * Reads lines after a mark; with `again`, also those of its own write. Refuses `gone` if the journal does not reach back
 * so far.
 */
async function linesAfter(
  { engine, id }: MailboxContext,
  folder: FolderId | undefined,
  { modSeq }: ItemMark,
  again: boolean,
): Promise<Window> {
  const after = again ? modSeq - 1 : modSeq
  const rows = await engine.sql.all<LineRow>(linesOf(id, folder, after, Number.MAX_SAFE_INTEGER, LINES))
  const [first] = rows
  if (!first || after < first.tail || modSeq > first.now) return refuseStale()
  const lines = rows.filter(isLine)
  if (lines.length < LINES) return { upTo: first.now, more: false, lines }
  // The last write may have more lines.
  const last = lines.at(-1)!.modseq
  const whole = lines.filter(({ modseq }) => modseq < last)
  if (whole.length > 0) return { upTo: whole.at(-1)!.modseq, more: true, lines: whole }
  const all = await engine.sql.all<LineRow>(linesOf(id, folder, last - 1, last, Number.MAX_SAFE_INTEGER))
  if (all[0] && last <= all[0].tail) return refuseStale()
  return { upTo: last, more: true, lines: all.filter(isLine) }
}

const isLine = (row: LineRow): row is LineRow & { readonly modseq: ModSeq } => row.modseq !== null

/** One statement, so that the tail and the lines are from the same moment. */
const linesOf = (
  mailbox: MailboxId,
  folder: FolderId | undefined,
  after: number,
  upTo: number,
  most: number,
): Statement =>
  inARow(
    sql`select m.modseq as now, m.journal_tail as tail, j.modseq, j.folder, j.kind, j.what
        from mail_mailbox m left join mail_journal j
          on j.mailbox = m.mailbox and j.modseq > ${after} and j.modseq <= ${upTo}`,
    folder === undefined ? sql`` : sql` and j.folder = ${folder}`,
    sql` where m.mailbox = ${mailbox} order by j.modseq, j.part limit ${most}`,
  )

const placeKey = ({ folder, uid }: Place): string => `${folder} ${uid}`

async function asItemChanges(box: MailboxContext, page: readonly LastChange[]): Promise<readonly ItemChange[]> {
  const items = await itemsAt(
    box.engine.sql,
    box.id,
    page.filter(({ kind }) => kind !== 'removed'),
  )
  const byPlace = new Map<string, ItemChange>(
    items.map((item): [string, ItemChange] => [placeKey(item), { kind: 'updated', item }]),
  )
  const gone = page.filter((place) => !byPlace.has(placeKey(place)))
  for (const [folder, places] of Map.groupBy(gone, (place) => place.folder)) {
    const uids = places.map(({ uid }) => uid)
    const keys = await keysOf(box.engine.sql, box.id, folder, uids)
    for (const [nth, uid] of uids.entries()) {
      byPlace.set(placeKey({ folder, uid }), { kind: 'removed', key: keys[nth]!, folder, uid })
    }
  }
  // A message that was removed while this runs is reported as removed, now and at its own mark.
  const changes = page.map((place): ItemChange => {
    const change = byPlace.get(placeKey(place))!
    return change.kind === 'updated' && place.kind === 'created' ? { kind: 'created', item: change.item } : change
  })
  return joined(changes)
}

/** An item whose content was replaced has a new message: its old one did not leave. */
function joined(changes: readonly ItemChange[]): readonly ItemChange[] {
  const here = new Set(changes.flatMap((change) => (change.kind === 'created' ? keyIn(change.item) : [])))
  const replaced = new Set(
    changes.flatMap((change) => (change.kind === 'removed' && here.has(keyIn(change)) ? keyIn(change) : [])),
  )
  return changes.flatMap((change): ItemChange[] => {
    if (change.kind === 'removed') return replaced.has(keyIn(change)) ? [] : [change]
    return replaced.has(keyIn(change.item)) ? [{ kind: 'updated', item: change.item }] : [change]
  })
}

const keyIn = ({ key, folder }: Pick<MailItem, 'key' | 'folder'>): string =>
  `${folder} ${key.originFolder} ${key.originUid}`

export async function folderChangesSince(box: MailboxContext, since: ItemMark): Promise<FolderChangesResult> {
  const changed = new Set<FolderId>()
  const removed = new Set<FolderId>()
  for (let mark = since; ;) {
    const { upTo, more, lines } = await linesAfter(box, undefined, mark, false)
    for (const { folder, kind } of lines) {
      if (kind === 'subscribed' || kind === 'annotated') continue
      if (kind === 'gone') changed.delete(folder)
      ;(kind === 'gone' ? removed : changed).add(folder)
    }
    mark = { modSeq: upTo }
    if (!more) return { changed: [...changed], removed: [...removed], mark }
  }
}
