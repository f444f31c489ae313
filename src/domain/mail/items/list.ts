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
    const { view, column, test } = scan!
    const places: Place[] = []
    for (let at = firstAfter(view.places, column.uids, after); at < view.places.length && places.length <= take; at++) {
      const place = view.places[at]!
      if (test(place)) places.push({ folder, uid: column.uids[place]! })
    }
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

/** Lets other work run once many messages were tested, and then looks again which are still there. */
class Turns {
  readonly #scans: readonly FolderScan[]
  #left = PER_TURN

  constructor(scans: readonly FolderScan[]) {
    this.#scans = scans
  }

  /** True if the turn is used up and {@link next} has to be awaited. */
  get over(): boolean {
    return --this.#left < 0
  }

  async next(): Promise<void> {
    this.#left = PER_TURN
    await yieldToEventLoop()
    for (const scan of this.#scans) {
      scan.signal.throwIfAborted()
      scan.view = scan.column.view(scan.index)
    }
  }
}

async function countOf(scans: readonly FolderScan[], all: boolean): Promise<number> {
  if (all) return scans.reduce((sum, { view }) => sum + view.places.length, 0)
  const turns = new Turns(scans)
  let count = 0
  for (const scan of scans) {
    for (const place of scan.view.places) {
      if (turns.over) await turns.next()
      if (scan.view.positions[place]! >= 0 && scan.test(place)) count++
    }
  }
  return count
}

async function matchesOf(scans: readonly FolderScan[]): Promise<readonly ItemMatch[]> {
  const turns = new Turns(scans)
  const matches: ItemMatch[] = []
  for (const [nth, scan] of scans.entries()) {
    for (const place of scan.view.places) {
      if (turns.over) await turns.next()
      if (scan.view.positions[place]! >= 0 && scan.test(place)) matches.push({ scan: nth, place })
    }
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
  const merge = new PlaceMerge(
    scans.map(({ view, column }) =>
      by === 'uid' ? { places: view.places, values: column.uids } : { places: view.orders[by], values: column[by] },
    ),
    descending,
  )
  let left = all ? merge.skip(skip) : skip
  const turns = new Turns(scans)
  const places: Place[] = []
  while (places.length < take) {
    const next = merge.next()
    if (!next) break
    if (turns.over) await turns.next()
    const { view, test, folder, column } = scans[next.list]!
    if (view.positions[next.place]! < 0 || !test(next.place)) continue
    if (left > 0) left--
    else places.push({ folder, uid: column.uids[next.place]! })
  }
  return places
}
