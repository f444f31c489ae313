import { randomInt } from 'node:crypto'
import { yieldToEventLoop } from '../../core/concurrency.ts'
import type { FolderId, MailboxId, Uid } from '../../core/ids.ts'
import { type Sql, sql } from '../../storage/engine.ts'
import type { FolderIndex } from './types.ts'
import { mergedPlaces, sortedPlaces } from './sort/ranks.ts'

/** Octets of a message: all columns, and its places in two orders, both also without removed messages. */
const ENTRY_OCTETS = 100
/** Octets of a column besides its messages. */
const COLUMN_OCTETS = 2048
/** A column with more removed messages than this, plus the existing ones, is built again. */
const MOST_GONE = 1000
/** Rows that one statement reads: they are wide, and other work waits meanwhile. */
const ROWS = 512

/** Orders that are kept sorted. */
export type KeptOrder = 'received' | 'sent'

interface ColumnRow {
  readonly uid: Uid
  readonly received_at: number
  readonly sent_at: number | null
  readonly created_at: number
  readonly octets: number
  readonly has_attachments: number
  readonly importance: number | null
  readonly sender_address: string | null
  readonly message_id: string | null
  readonly thread_id: string | null
}

/** Figures of a folder's messages that never change, in UID order. They are only added. */
export class ItemColumn {
  readonly uids: Uid[] = []
  readonly received: number[] = []
  /** `-Infinity` without a date. */
  readonly sent: number[] = []
  readonly created: number[] = []
  readonly octets: number[] = []
  /** 1 if there are attachments. */
  readonly attachments: number[] = []
  /** A place in `importances`: that of the header. */
  readonly importance: number[] = []
  /** Hashes by {@link textHash}. */
  readonly from: number[] = []
  readonly messageId: number[] = []
  readonly thread: number[] = []
  #orders: Readonly<Record<KeptOrder, Uint32Array<ArrayBuffer>>> = {
    received: new Uint32Array(0),
    sent: new Uint32Array(0),
  }
  #view: ItemView | undefined
  #viewed: { index: WeakRef<FolderIndex>; removals: number; length: number } | undefined

  get memoryOctets(): number {
    return COLUMN_OCTETS + this.uids.length * ENTRY_OCTETS
  }

  /** Adds the messages that arrived since, up to a UID. Must not be called again before it is done. */
  async catchUp(rows: Sql, mailbox: MailboxId, folder: FolderId, before: Uid): Promise<void> {
    const known = this.uids.length
    for (let after = this.uids.at(-1) ?? 0; ;) {
      const found = await rows.all<ColumnRow>(
        sql`select s.uid, m.received_at, m.sent_at, coalesce(o.created_at, s.saved_at, m.received_at) as created_at,
              m.octets, m.has_attachments, m.importance, m.sender_address, m.message_id, m.thread_id
            from mail_state s join mail_message m on m.id = s.message
            left join mail_item_origin o on o.mailbox = ${mailbox} and o.folder = s.folder and o.uid = s.uid
            where s.folder = ${folder} and s.uid > ${after} and s.uid < ${before} order by s.uid limit ${ROWS}`,
      )
      for (const row of found) this.#add(row)
      if (found.length < ROWS) break
      after = found.at(-1)!.uid
      await yieldToEventLoop()
    }
    if (this.uids.length === known) return
    const { received, sent } = this.#orders
    // Set together, because other code reads them in the meantime.
    this.#orders = {
      received: await extended(this.received, received),
      sent: await extended(this.sent, sent),
    }
  }

  /** The column's messages that the index has at this moment. */
  view(index: FolderIndex): ItemView {
    const { length } = this.#orders.received
    const viewed = this.#viewed
    const fits = viewed?.index.deref() === index && viewed.removals === index.removals && viewed.length === length
    if (!fits || !this.#view) {
      this.#view = new ItemView(this, index, this.#orders)
      this.#viewed = { index: new WeakRef(index), removals: index.removals, length }
    }
    return this.#view
  }

  #add(row: ColumnRow): void {
    this.uids.push(row.uid)
    this.received.push(row.received_at)
    this.sent.push(row.sent_at ?? -Infinity)
    this.created.push(row.created_at)
    this.octets.push(row.octets)
    this.attachments.push(row.has_attachments)
    this.importance.push(row.importance ?? 1)
    this.from.push(textHash(row.sender_address?.toLowerCase()))
    this.messageId.push(textHash(row.message_id ?? undefined))
    this.thread.push(textHash(row.thread_id ?? undefined))
  }
}

/** The messages of a column that an index has: where they are in the index, and their orders. Never changes. */
export class ItemView {
  /** For each place in the column, the position in the index, or -1. */
  readonly positions: Int32Array
  /** Places in ascending order of the figure. */
  readonly orders: Readonly<Record<KeptOrder, Uint32Array>>
  /** Places in UID order. */
  readonly places: Uint32Array

  constructor(column: ItemColumn, index: FolderIndex, orders: Readonly<Record<KeptOrder, Uint32Array>>) {
    const { length } = orders.received
    const positions = new Int32Array(length).fill(-1)
    const places = new Uint32Array(length)
    const there = index.uidsBetween(0, index.count)
    let count = 0
    let position = 0
    for (let place = 0; place < length; place++) {
      const uid = column.uids[place]!
      while (position < there.length && there[position]! < uid) position++
      if (position === there.length) break
      if (there[position] !== uid) continue
      positions[place] = position
      places[count++] = place
    }
    this.positions = positions
    this.places = places.subarray(0, count)
    this.orders =
      count === length
        ? orders
        : { received: present(orders.received, positions, count), sent: present(orders.sent, positions, count) }
  }
}

/** The places of an order that have a position; there are that many. */
function present(order: Uint32Array, positions: Int32Array, count: number): Uint32Array {
  const kept = new Uint32Array(count)
  let at = 0
  for (let nth = 0; nth < order.length; nth++) {
    const place = order[nth]!
    if (positions[place]! >= 0) kept[at++] = place
  }
  return kept
}

/** With fewer new messages, each is inserted by itself. */
const FEW = 64

/** An order with the places that were added since. The given one stays as it is. */
async function extended(values: readonly number[], order: Uint32Array<ArrayBuffer>): Promise<Uint32Array<ArrayBuffer>> {
  const more = values.length - order.length
  if (more > FEW) return mergedPlaces(values, order, await sortedPlaces(values, order.length))
  const longer = new Uint32Array(values.length)
  longer.set(order)
  for (let place = order.length; place < values.length; place++) {
    let [low, high] = [0, place]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (values[longer[middle]!]! <= values[place]!) low = middle + 1
      else high = middle
    }
    longer.copyWithin(low + 1, low, place)
    longer[low] = place
  }
  return longer
}

const [SEED_A, SEED_B] = [randomInt(2 ** 32), randomInt(2 ** 32)]

/**
 * A hash of 52 bits, seeded at random, so that a sender cannot choose texts with the same one. 0 for no text. Equal hashes
 * of different texts are less likely than a fault of the memory.
 */
export function textHash(text: string | undefined): number {
  if (text === undefined) return 0
  let a = SEED_A
  let b = SEED_B
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    a = Math.imul(a ^ unit, 0x9e3779b1)
    b = Math.imul(b ^ unit, 0x5f356495)
    a ^= b >>> 15
    b ^= a >>> 13
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b)
  b = Math.imul(b ^ (b >>> 13), 0xc2b2ae35)
  return ((b ^ (a >>> 16)) >>> 12) * 2 ** 32 + ((a ^ (b >>> 15)) >>> 0) || 1
}

interface Held {
  column: ItemColumn
  /** The column has all messages with smaller UIDs. */
  upTo: Uid
  /** Operations on the column, one after another. */
  lane: Promise<unknown>
  octets: number
}

/** The columns of folders in use, within a budget. The least recently used one is dropped first. */
export class ItemColumns {
  readonly #rows: Sql
  readonly #budget: number
  readonly #held = new Map<FolderId, Held>()
  #octets = 0

  constructor(rows: Sql, budget: number) {
    this.#rows = rows
    this.#budget = budget
  }

  /** The octets of all columns in memory. */
  get memoryOctets(): number {
    return this.#octets
  }

  /** The column of a folder, with all messages that the index has now. */
  async of(index: FolderIndex): Promise<ItemColumn> {
    const { folder, mailbox, uidNext } = index
    const held: Held = this.#held.get(folder) ?? {
      column: new ItemColumn(),
      upTo: 0 as Uid,
      lane: Promise.resolve(),
      octets: 0,
    }
    this.#held.delete(folder)
    this.#held.set(folder, held)
    if (held.upTo >= uidNext && held.column.uids.length <= 2 * index.count + MOST_GONE) return held.column
    const work = held.lane.then(async () => {
      if (held.column.uids.length > 2 * index.count + MOST_GONE) empty(held)
      const { column } = held
      if (held.upTo >= uidNext) return column
      await column.catchUp(this.#rows, mailbox, folder, uidNext)
      held.upTo = uidNext
      return column
    })
    held.lane = work.catch(() => {
      // The state of the column is not known. The next caller builds it again.
      empty(held)
    })
    try {
      return await work
    } finally {
      this.#weigh(folder, held)
    }
  }

  #weigh(folder: FolderId, held: Held): void {
    if (this.#held.get(folder) !== held) return
    this.#octets += held.column.memoryOctets - held.octets
    held.octets = held.column.memoryOctets
    for (const [oldest, { octets }] of this.#held) {
      if (this.#octets <= this.#budget) return
      this.#held.delete(oldest)
      this.#octets -= octets
    }
  }
}

function empty(held: Held): void {
  held.column = new ItemColumn()
  held.upTo = 0 as Uid
}
