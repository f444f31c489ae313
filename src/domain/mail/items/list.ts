import { yieldToEventLoop } from '../../../core/concurrency.ts'
import type { FolderId, Uid } from '../../../core/ids.ts'
import { sql } from '../../../storage/engine.ts'
import type { MailboxContext } from '../mailbox-context.ts'
import { whileAllowed } from '../revoked.ts'
import type { OpenFolder } from '../types.ts'
import { type FilterScope, type FolderScan, foldersIn, type ItemMatch, testOf } from './filter.ts'
import type { KeptOrder } from '../item-columns.ts'
import { itemsAt, type Place } from './item-rows.ts'
import { missingFolder } from './located.ts'
import { PlaceMerge } from './place-merge.ts'
import { sortedMatches } from './sorted-matches.ts'
import type { ItemFilter, ItemListRequest, ItemListResult, ItemOrder, ItemSearchRequest } from '../item-types.ts'

/** The most items of a page. */
const MOST = 1000
/** The most results of a search. */
const MOST_RESULTS = 1000
/** Messages that are tested between two turns of the event loop. */
const PER_TURN = 64 * 1024

const latestFirst: readonly ItemOrder[] = [{ by: 'received', descending: true }]
const everything: ItemFilter = { is: 'all' }

export async function list(box: MailboxContext, request: ItemListRequest): Promise<ItemListResult> {
  const { filter = everything, order = latestFirst, skip, count = false } = request
  const take = Math.min(request.take, MOST)
  return withScans(box, request.folder, filter, request.signal, async (scans) => {
    const kept = keptOrder(order, scans.length)
    if (!kept) {
      const sorted = await sortedMatches(box, scans, order, await matchesOf(scans))
      return pageOf(
        box,
        sorted.slice(skip, skip + take),
        count ? sorted.length : undefined,
        sorted.length > skip + take,
      )
    }
    const all = filter.is === 'all'
    const total = count ? await countOf(scans, all) : undefined
    if (take === 0) return { items: [], count: total, more: (total ?? 0) > skip }
    const places = await firstPlaces(scans, kept, { all, skip, take: take + 1 })
    return pageOf(box, places.slice(0, take), total, places.length > take)
  })
}

export async function search(
  box: MailboxContext,
  { folder, filter, skip, take, signal }: ItemSearchRequest,
): Promise<ItemListResult> {
  const most = Math.max(0, Math.min(take, MOST_RESULTS - skip))
  const order: readonly ItemOrder[] = [{ by: 'sent', descending: true }]
  const found = await list(box, { folder, filter, order, skip, take: most, ...(signal && { signal }) })
  return { ...found, more: found.more && skip + most < MOST_RESULTS }
}

/** The items of a folder in UID order after a UID. */
export async function page(
  box: MailboxContext,
  folder: FolderId,
  after: number,
  take: number,
  filter: ItemFilter = everything,
): Promise<ItemListResult> {
  return withScans(box, folder, filter, undefined, async ([scan]) => {
    const { view, column } = scan!
    const places: Place[] = []
    const rest = view.places.subarray(firstAfter(view.places, column.uids, after))
    await eachMatch(scan!, rest, false, (place) => places.push({ folder, uid: column.uids[place]! }) <= take)
    return pageOf(box, places.slice(0, take), undefined, places.length > take)
  })
}

function firstAfter(places: Uint32Array, uids: readonly Uid[], after: number): number {
  let [low, high] = [0, places.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (uids[places[middle]!]! <= after) low = middle + 1
    else high = middle
  }
  return low
}

async function pageOf(
  { engine, id }: MailboxContext,
  places: readonly Place[],
  count: number | undefined,
  more: boolean,
): Promise<ItemListResult> {
  return { items: await itemsAt(engine.sql, id, places), count, more }
}

/** Runs work on the folders that a filter leaves, with their messages in memory. */
async function withScans<T>(
  box: MailboxContext,
  folder: FolderId | undefined,
  filter: ItemFilter,
  given: AbortSignal | undefined,
  work: (scans: readonly FolderScan[]) => Promise<T>,
): Promise<T> {
  const signal = whileAllowed(box, given)
  const wanted = folder === undefined ? await foldersOf(box, foldersIn(filter)) : [folder]
  const opened: OpenFolder[] = []
  try {
    const scans: FolderScan[] = []
    for (const each of wanted) {
      signal.throwIfAborted()
      const open = await box.indexes.openIfThere(box.id, each)
      if (!open && folder !== undefined) throw missingFolder()
      if (!open) continue
      opened.push(open)
      scans.push(await scanOf(box, open, filter, signal))
    }
    for (const scan of scans) scan.view = scan.column.view(scan.index)
    return await work(scans)
  } finally {
    for (const open of opened) open.close()
  }
}

/** The folders of the mailbox that have messages, of those wanted. */
async function foldersOf(
  { engine, id }: MailboxContext,
  wanted: ReadonlySet<FolderId> | undefined,
): Promise<readonly FolderId[]> {
  const rows = await engine.sql.all<{ id: FolderId }>(
    sql`select id from mail_folder where mailbox = ${id} and total > 0 order by id`,
  )
  return rows.map((row) => row.id).filter((each) => !wanted || wanted.has(each))
}

async function scanOf(
  box: MailboxContext,
  { index }: OpenFolder,
  filter: ItemFilter,
  signal: AbortSignal,
): Promise<FolderScan> {
  const column = await box.itemColumns.of(index)
  const scope: FilterScope = { box, folder: index.folder, index, column, view: column.view(index), signal }
  return Object.assign(scope, { test: await testOf(filter, scope) })
}

/** The order that is kept sorted and serves this one; undefined if the matches have to be sorted. */
function keptOrder(
  [first, ...others]: readonly ItemOrder[],
  folders: number,
): { readonly by: KeptOrder | 'uid'; readonly descending: boolean } | undefined {
  if (!first || others.length > 0) return undefined
  const { by, descending } = first
  return by === 'received' || by === 'sent' || (by === 'uid' && folders <= 1) ? { by, descending } : undefined
}

/** Lets other work run, and then looks again which messages are still there. */
async function takeTurn(scans: readonly FolderScan[]): Promise<void> {
  await yieldToEventLoop()
  for (const scan of scans) {
    scan.signal.throwIfAborted()
    scan.view = scan.column.view(scan.index)
  }
}

/** Calls `found` for the matches among places, in their order or from their end, until it returns false. */
async function eachMatch(
  scan: FolderScan,
  places: Uint32Array,
  descending: boolean,
  found: (place: number) => boolean,
): Promise<void> {
  const { test } = scan
  for (let start = 0; start < places.length; start += PER_TURN) {
    if (start > 0) await takeTurn([scan])
    const { positions } = scan.view
    const end = Math.min(places.length, start + PER_TURN)
    for (let nth = start; nth < end; nth++) {
      const place = places[descending ? places.length - 1 - nth : nth]!
      if (positions[place]! >= 0 && test(place) && !found(place)) return
    }
  }
}

async function countOf(scans: readonly FolderScan[], all: boolean): Promise<number> {
  let count = 0
  for (const scan of scans) {
    if (all) count += scan.view.places.length
    else await eachMatch(scan, scan.view.places, false, () => ++count > 0)
  }
  return count
}

async function matchesOf(scans: readonly FolderScan[]): Promise<readonly ItemMatch[]> {
  const matches: ItemMatch[] = []
  for (const [nth, scan] of scans.entries()) {
    await eachMatch(scan, scan.view.places, false, (place) => matches.push({ scan: nth, place }) > 0)
  }
  return matches
}

interface Wanted {
  /** All messages match. */
  readonly all: boolean
  readonly skip: number
  readonly take: number
}

/** The matches after the first `skip`, in an order that is kept sorted. */
async function firstPlaces(
  scans: readonly FolderScan[],
  { by, descending }: { by: KeptOrder | 'uid'; descending: boolean },
  { all, skip, take }: Wanted,
): Promise<readonly Place[]> {
  const found: Place[] = []
  let left = skip
  const add = ({ folder, column }: FolderScan, place: number): boolean => {
    if (left > 0) left--
    else found.push({ folder, uid: column.uids[place]! })
    return found.length < take
  }
  const placesOf = ({ view }: FolderScan) => (by === 'uid' ? view.places : view.orders[by])
  const [only] = scans
  if (only && scans.length === 1) {
    const places = placesOf(only)
    const passed = all ? Math.min(skip, places.length) : 0
    left -= passed
    const rest = descending ? places.subarray(0, places.length - passed) : places.subarray(passed)
    await eachMatch(only, rest, descending, (place) => add(only, place))
    return found
  }
  const lists = scans.map((scan) => ({ places: placesOf(scan), values: scan.column[by === 'uid' ? 'uids' : by] }))
  const merge = new PlaceMerge(lists, descending)
  if (all) left = merge.skip(skip)
  for (let next = merge.next(), tested = 1; next; next = merge.next(), tested++) {
    if (tested % PER_TURN === 0) await takeTurn(scans)
    const scan = scans[next.list]!
    if (scan.view.positions[next.place]! >= 0 && scan.test(next.place) && !add(scan, next.place)) break
  }
  return found
}
