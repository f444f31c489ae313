import { createHash } from 'node:crypto'
import { octetOrder } from '../../../codecs/charset/unicode-casemap.ts'
import { yieldToEventLoop } from '../../../core/concurrency.ts'
import type { FolderId, Uid } from '../../../core/ids.ts'
import type { Sql, Statement } from '../../../storage/engine.ts'
import type { SortCriterion } from '../types.ts'
import { type Comparable, mergedPlaces, ranksOf, sortedPlaces } from './ranks.ts'
import type { Links } from './threads.ts'

/** Approximate octets of an entry besides its text. */
const ENTRY_OCTETS = 40
/** UTF-16 units of a text that count for the order. */
const LONGEST = 256

/** One sort key of a folder's messages in memory, and the rank of each message. Messages are only added. */
export class KeyColumn {
  readonly #key: SortCriterion
  /** Ascending. UIDs of removed messages stay. */
  readonly #uids: Uid[] = []
  readonly #values: Comparable[] = []
  #sorted = new Uint32Array(0)
  #ranks = new Uint32Array(0)
  #different = 0
  #octets = 0

  constructor(key: SortCriterion) {
    this.#key = key
  }

  get octets(): number {
    return this.#octets
  }

  get uids(): readonly Uid[] {
    return this.#uids
  }

  /** All ranks are smaller. */
  get different(): number {
    return this.#different
  }

  /** True if a message has an empty key, which then has the lowest rank. */
  get holdsEmpty(): boolean {
    return this.#sorted.length > 0 && this.#values[this.#sorted[0]!] === ''
  }

  /** Adds the messages that arrived since, up to a UID. Must not be called again before it is done. */
  async catchUp(rows: Sql, folder: FolderId, before: Uid, grown: () => void): Promise<void> {
    const known = this.#uids.length
    const between = [this.#uids.at(-1) ?? 0, before] as const
    for await (const found of rowsOf<{ uid: Uid; value: Comparable }>(rows, keyPages[this.#key], folder, between)) {
      for (const { uid, value } of found) this.#add(uid, value)
      grown()
    }
    if (this.#uids.length === known) return
    const sorted = await mergedPlaces(this.#values, this.#sorted, await sortedPlaces(this.#values, known))
    const { ranks, different } = await ranksOf(this.#values, sorted)
    // Set together, because other code reads them in the meantime.
    this.#sorted = sorted
    this.#ranks = ranks
    this.#different = different
  }

  /** The rank of each of the ascending UIDs, all of which must be known: the number of different smaller keys. */
  ranksOf(uids: readonly Uid[]): Uint32Array {
    const ranks = this.#ranks
    return Uint32Array.from(placesOf(this.#uids, uids), (place) => ranks[place]!)
  }

  #add(uid: Uid, value: Comparable): void {
    const kept = typeof value === 'string' ? shortened(octetOrder(value)) : value
    this.#uids.push(uid)
    this.#values.push(kept)
    this.#octets += ENTRY_OCTETS + (typeof kept === 'string' ? kept.length * 2 : 0)
  }
}

/** Distinguishes long texts with the same beginning, in no particular order. */
function shortened(text: string): string {
  if (text.length <= LONGEST) return text
  return text.slice(0, LONGEST) + createHash('sha256').update(text).digest('base64url')
}

/** Rows that one statement reads. */
const ROWS = 2000

/** A statement that reads keys of a folder's messages, in UID order. */
type KeyPage = (folder: FolderId, after: number, before: number) => Statement

const page = (columns: string): KeyPage => {
  const parts = [
    `select s.uid, ${columns} from mail_state s join mail_sort_key k on k.message = s.message where s.folder = `,
    ' and s.uid > ',
    ' and s.uid < ',
    ` order by s.uid limit ${ROWS}`,
  ]
  return (folder, after, before) => ({ parts, args: [folder, after, before] })
}

/** A page of each criterion's column. */
const keyPages: Readonly<Record<SortCriterion, KeyPage>> = {
  arrival: page('k.arrival as value'),
  date: page('k.date as value'),
  size: page('k.size as value'),
  subject: page('k.subject as value'),
  from: page('k.sender as value'),
  to: page('k.recipient as value'),
  cc: page('k.copied as value'),
  displayFrom: page('k.display_from as value'),
  displayTo: page('k.display_to as value'),
}

const linkPage = page('k.message_id as id, k.refs, k.reply')

/** Yields the rows of all pages with UIDs between the two, both excluded. */
async function* rowsOf<R extends { readonly uid: Uid }>(
  rows: Sql,
  page: KeyPage,
  folder: FolderId,
  between: readonly [number, number],
): AsyncGenerator<readonly R[]> {
  let [after, before] = between
  for (;;) {
    const found = await rows.all<R>(page(folder, after, before))
    if (found.length > 0) yield found
    if (found.length < ROWS) return
    after = found.at(-1)!.uid
    // Lets other work run even if the rows come at once.
    await yieldToEventLoop()
  }
}

const LINK_COLUMN_ENTRY_OCTETS = 20
const NAME_OCTETS = 80

interface LinkRow {
  readonly uid: Uid
  readonly id: string
  readonly refs: string
  readonly reply: number
}

/** The links of a folder's messages in memory. Message identifiers are numbered. Messages are only added. */
export class LinkColumn {
  readonly #uids: Uid[] = []
  /** -1 if the message has no identifier. */
  readonly #ids = new GrowingNumbers()
  readonly #replies = new GrowingNumbers()
  /** For each message, where its references end in the list of all references. */
  readonly #ends = new GrowingNumbers()
  readonly #references = new GrowingNumbers()
  readonly #numbers = new Map<string, number>()
  #octets = 0

  get octets(): number {
    return this.#octets
  }

  get uids(): readonly Uid[] {
    return this.#uids
  }

  /** Adds the messages that arrived since, up to a UID. Must not be called again before it is done. */
  async catchUp(rows: Sql, folder: FolderId, before: Uid, grown: () => void): Promise<void> {
    const between = [this.#uids.at(-1) ?? 0, before] as const
    for await (const found of rowsOf<LinkRow>(rows, linkPage, folder, between)) {
      for (const row of found) this.#add(row)
      grown()
    }
  }

  /** The links of the ascending UIDs, all of which must be known. */
  linksOf(uids: readonly Uid[]): Links {
    const places = placesOf(this.#uids, uids)
    const [ids, replies, ends] = [this.#ids.all, this.#replies.all, this.#ends.all]
    return {
      names: this.#numbers.size,
      ids: places.map((place) => ids[place]!),
      replies: places.map((place) => replies[place]!),
      references: this.#references.all,
      begins: places.map((place) => (place === 0 ? 0 : ends[place - 1]!)),
      ends: places.map((place) => ends[place]!),
    }
  }

  #add({ uid, id, refs, reply }: LinkRow): void {
    const references = refs === '' ? [] : refs.split(' ')
    for (const each of references) this.#references.push(this.#number(each))
    this.#uids.push(uid)
    this.#ids.push(id === '' ? -1 : this.#number(id))
    this.#replies.push(reply === 0 ? 0 : 1)
    this.#ends.push(this.#references.length)
    this.#octets += LINK_COLUMN_ENTRY_OCTETS + references.length * 4
  }

  #number(id: string): number {
    const known = this.#numbers.get(id)
    if (known !== undefined) return known
    this.#numbers.set(id, this.#numbers.size)
    this.#octets += NAME_OCTETS + id.length
    return this.#numbers.size - 1
  }
}

const FIRST = 256

/** A list of 32-bit numbers that only grows, without an object for each. */
class GrowingNumbers {
  #numbers = new Int32Array(FIRST)
  #length = 0

  get length(): number {
    return this.#length
  }

  push(number: number): void {
    if (this.#length === this.#numbers.length) {
      const larger = new Int32Array(this.#length * 2)
      larger.set(this.#numbers)
      this.#numbers = larger
    }
    this.#numbers[this.#length++] = number
  }

  /** The current numbers. */
  get all(): Int32Array {
    return this.#numbers.subarray(0, this.#length)
  }
}

/** The position of each of the ascending UIDs among the ascending known ones; -1 if it is not known. */
export function placesOf(known: readonly Uid[], uids: readonly Uid[]): Int32Array {
  const places = new Int32Array(uids.length).fill(-1)
  let at = firstNotBelow(known, uids[0] ?? 0)
  for (let nth = 0; nth < uids.length; nth++) {
    const uid = uids[nth]!
    while (at < known.length && known[at]! < uid) at += 1
    if (known[at] === uid) places[nth] = at
  }
  return places
}

function firstNotBelow(ascending: readonly Uid[], uid: number): number {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ascending[middle]! < uid) low = middle + 1
    else high = middle
  }
  return low
}
