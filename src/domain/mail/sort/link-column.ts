import type { FolderId, Uid } from '../../../core/ids.ts'
import type { Sql } from '../../../storage/engine.ts'
import { GrowingNumbers } from './growing-numbers.ts'
import { linkPage, rowsOf } from './key-pages.ts'
import type { Links } from './threads.ts'
import { placesOf } from './uid-places.ts'

const ENTRY_OCTETS = 20
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
  async catchUp(rows: Sql, folder: FolderId, before: Uid): Promise<void> {
    const between = [this.#uids.at(-1) ?? 0, before] as const
    for await (const found of rowsOf<LinkRow>(rows, linkPage, folder, between)) for (const row of found) this.#add(row)
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
    this.#octets += ENTRY_OCTETS + references.length * 4
  }

  #number(id: string): number {
    const known = this.#numbers.get(id)
    if (known !== undefined) return known
    this.#numbers.set(id, this.#numbers.size)
    this.#octets += NAME_OCTETS + id.length
    return this.#numbers.size - 1
  }
}
