import { octetOrder } from '../../../codecs/charset/unicode-casemap.ts'
import type { FolderId, Uid } from '../../../core/ids.ts'
import type { Sql } from '../../../storage/engine.ts'
import type { SortCriterion } from '../types.ts'
import { keyPages, rowsOf } from './key-pages.ts'
import { type Comparable, mergedPlaces, ranksOf, sortedPlaces } from './ranks.ts'
import { placesOf } from './uid-places.ts'

/** What an entry takes besides its text, roughly. */
const ENTRY_OCTETS = 40

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
  async catchUp(rows: Sql, folder: FolderId, before: Uid): Promise<void> {
    const known = this.#uids.length
    const between = [this.#uids.at(-1) ?? 0, before] as const
    for await (const found of rowsOf<{ uid: Uid; value: Comparable }>(rows, keyPages[this.#key], folder, between)) {
      for (const { uid, value } of found) this.#add(uid, value)
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
    this.#uids.push(uid)
    this.#values.push(typeof value === 'string' ? octetOrder(value) : value)
    this.#octets += ENTRY_OCTETS + (typeof value === 'string' ? value.length * 2 : 0)
  }
}
