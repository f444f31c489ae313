import type { FolderId, Uid } from '../../../core/ids.ts'
import type { Sql } from '../../../storage/engine.ts'
import { linkPage, rowsOf } from './key-pages.ts'
import { placesOf } from './uid-places.ts'

const ENTRY_OCTETS = 120

/** What a message says of itself and of those that it follows; identifiers are numbers, equal ones the same. */
export interface Links {
  /** -1 where it has none. */
  readonly id: number
  /** The oldest first. */
  readonly references: readonly number[]
  readonly reply: boolean
}

interface LinkRow {
  readonly uid: Uid
  readonly id: string
  readonly refs: string
  readonly reply: number
}

/** The links of a folder's messages in memory. Only ever added to. */
export class LinkColumn {
  readonly #uids: Uid[] = []
  readonly #links: Links[] = []
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

  /** For each of the ascending UIDs; all of them are known. */
  linksOf(uids: readonly Uid[]): Links[] {
    return Array.from(placesOf(this.#uids, uids), (place) => this.#links[place]!)
  }

  #add({ uid, id, refs, reply }: LinkRow): void {
    const references = refs === '' ? [] : refs.split(' ').map((each) => this.#number(each))
    this.#uids.push(uid)
    this.#links.push({ id: id === '' ? -1 : this.#number(id), references, reply: reply !== 0 })
    this.#octets += ENTRY_OCTETS + references.length * 8
  }

  #number(id: string): number {
    const known = this.#numbers.get(id)
    if (known !== undefined) return known
    this.#numbers.set(id, this.#numbers.size)
    this.#octets += ENTRY_OCTETS + id.length
    return this.#numbers.size - 1
  }
}
