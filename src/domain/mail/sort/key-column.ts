import { createHash } from 'node:crypto'
import { octetOrder } from '../../../codecs/charset/unicode-casemap.ts'
import { yieldToEventLoop } from '../../../core/concurrency.ts'
import type { FolderId, Uid } from '../../../core/ids.ts'
import type { Sql, Statement } from '../../../storage/engine.ts'
import type { SortCriterion } from '../types.ts'
import { type Comparable, mergedPlaces, ranksOf, sortedPlaces } from './ranks.ts'
import type { Links } from './threads.ts'

/** What an entry takes besides its text, roughly. */
const ENTRY_OCTETS = 40
/** UTF-16 units of a text by which it is sorted. */
const LONGEST = 256

/** One key of a folder's messages in memory, and what place each has among the others. Only ever added to. */
export class KeyColumn {
  readonly #key: SortCriterion
  /** Ascending; those of messages that are gone stay. */
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

  /** Ranks are smaller than this. */
  get different(): number {
    return this.#different
  }

  /** Whether some message has nothing there, which is then of the lowest rank. */
  get holdsEmpty(): boolean {
    return this.#sorted.length > 0 && this.#values[this.#sorted[0]!] === ''
  }

  /** Takes in what came since, up to a UID; not to be called again before it is done. */
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
    // Together: others look at them meanwhile.
    this.#sorted = sorted
    this.#ranks = ranks
    this.#different = different
  }

  /** How many different keys are smaller, for each of the ascending UIDs; all of them are known. */
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

/** Long texts that begin alike are told apart, in no order that means anything. */
function shortened(text: string): string {
  if (text.length <= LONGEST) return text
  return text.slice(0, LONGEST) + createHash('sha256').update(text).digest('base64url')
}

/** Rows read at a time. */
const ROWS = 2000

/** Keys of a folder's messages, in UID order. */
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

/** The column of each criterion. */
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

/** The rows of every page with UIDs between these two, neither included. */
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
    // Rows may be there at once: others get their turn all the same.
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

/** The links of a folder's messages in memory; names are numbers, equal ones the same. Only ever added to. */
export class LinkColumn {
  readonly #uids: Uid[] = []
  /** -1 where it has none. */
  readonly #ids = new GrowingNumbers()
  readonly #replies = new GrowingNumbers()
  /** Where the references of each end among those of all. */
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

  /** Takes in what came since, up to a UID; not to be called again before it is done. */
  async catchUp(rows: Sql, folder: FolderId, before: Uid, grown: () => void): Promise<void> {
    const between = [this.#uids.at(-1) ?? 0, before] as const
    for await (const found of rowsOf<LinkRow>(rows, linkPage, folder, between)) {
      for (const row of found) this.#add(row)
      grown()
    }
  }

  /** For the ascending UIDs; all of them are known. */
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

/** Numbers of 32 bits that are only ever added to, without an object each. */
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

  /** All of them, as they are now. */
  get all(): Int32Array {
    return this.#numbers.subarray(0, this.#length)
  }
}

/** Where each of the ascending UIDs stands among the ascending known ones; -1 for one that is not there. */
export function placesOf(known: readonly Uid[], uids: readonly Uid[]): Int32Array {
  const places = new Int32Array(uids.length).fill(-1)
  let at = placeOf(known, uids[0] ?? 0)
  for (let nth = 0; nth < uids.length; nth++) {
    const uid = uids[nth]!
    while (at < known.length && known[at]! < uid) at += 1
    if (known[at] === uid) places[nth] = at
  }
  return places
}

function placeOf(ascending: readonly Uid[], uid: number): number {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ascending[middle]! < uid) low = middle + 1
    else high = middle
  }
  return low
}
