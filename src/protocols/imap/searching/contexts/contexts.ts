import { MINUTE } from '../../../../core/duration.ts'
import type { Uid } from '../../../../core/ids.ts'
import { refuse } from '../../../../core/refusal.ts'
import type { Change } from '../../../../domain/mail/types.ts'
import type { ImapDialect } from '../../dialect.ts'
import type { FolderView } from '../../view/folder-view.ts'
import type { SearchedFolder, SearchWork } from '../contracts.ts'
import { isTimed } from '../search-terms.ts'
import { type Live, LiveSearch } from './live-search.ts'

/** Searches that a session has kept up to date at a time, and results of all of them, if there is more than one. */
const MOST_SEARCHES = 32
const MOST_RESULTS = 1_000_000
/** Memory that one result of a search takes, in octets; roughly. */
export const RESULT_OCTETS = 48
/** Octets of one message of a saved result. */
const SAVED_OCTETS = Uint32Array.BYTES_PER_ELEMENT
/** RFC 5032 §2: how often there is a look at what fits for a while only, in milliseconds. */
const EVERY = MINUTE

/** Counts memory under the name of a caller: takes `octets` more, or gives back a negative number of them. */
export interface ContextMemory {
  /** False if the caller, or all callers together, would have too much; nothing is counted then. */
  take(octets: number): boolean
  /** Counts them whatever is free. */
  add(octets: number): void
}

const unlimited: ContextMemory = { take: () => true, add: () => {} }

/** RFC 5267 §4.3: the searches of the selected folder whose results the client is told the changes of. */
export class Contexts {
  readonly #view: FolderView
  readonly #memory: ContextMemory
  /** Octets that are counted under the caller's name. */
  #charged = 0
  #searches: LiveSearch[] = []
  /** Messages in the saved result (RFC 5182). */
  #saved = 0
  /** What came or changed since the last look, and what went since it was last told. */
  #touched = new Set<Uid>()
  #gone = new Set<Uid>()
  #looked = 0
  /** What was `*` then. */
  #last = 0

  constructor(view: FolderView, memory = unlimited) {
    this.#view = view
    this.#memory = memory
  }

  get any(): boolean {
    return this.#searches.length > 0
  }

  /** To be called as the index takes the change in. */
  hear(change: Change): void {
    if (!this.any || change.kind === 'gone') return
    const heard = change.kind === 'expunged' ? this.#gone : this.#touched
    for (const uid of change.uids) heard.add(uid)
  }

  has(tag: string): boolean {
    return this.#searches.some(({ live }) => live.tag === tag)
  }

  /** From here on changes are heard; undefined where there are enough. It is to be settled with what is found. */
  begin(live: Live, now: number): LiveSearch | undefined {
    if (this.#searches.length >= MOST_SEARCHES) return undefined
    if (!this.any) {
      this.#touched.clear()
      this.#gone.clear()
      this.#looked = now
      this.#last = this.#view.lastUid
    }
    // What the client does not count yet is not found, and may be a result later.
    const { index, lastUid } = this.#view
    for (let at = index.rank((lastUid + 1) as Uid); at < index.count; at++) this.#touched.add(index.uidAt(at))
    const search = new LiveSearch(live)
    this.#searches.push(search)
    return search
  }

  /**
   * Keeps the results that were found; false if they are too many for the session or for its caller, so that they are not
   * kept up to date. RFC 5267 §4.3.1: a caller that holds little is refused nothing.
   */
  settle(search: LiveSearch, uids: readonly Uid[]): boolean {
    search.settle(uids)
    const results = this.#searches.reduce((sum, { size }) => sum + size, 0)
    const kept = (this.#searches.length === 1 || results <= MOST_RESULTS) && this.#take()
    if (!kept) this.end(search.live.tag)
    return kept
  }

  /** Saves the result of a search, in order of UID. Refuses `too-big` with NOTSAVED, and saves nothing, beyond the caller's memory. */
  save(uids: readonly Uid[]): void {
    this.#saved = uids.length
    const isSaved = this.#take()
    if (!isSaved) this.#saved = 0
    this.#view.save(isSaved ? uids : [])
    // RFC 5182 §2.1
    if (!isSaved) refuse('too-big', 'The result of the search is too large to be saved', { code: 'NOTSAVED' })
  }

  end(tag: string): void {
    this.#searches = this.#searches.filter(({ live }) => live.tag !== tag)
    this.#count()
  }

  /** RFC 9586 §3: numbers are told to nobody who has done away with them. */
  speak({ uidOnly }: ImapDialect): void {
    if (!uidOnly) return
    this.#searches = this.#searches.filter(({ live }) => live.uid)
    this.#count()
  }

  /** Looks at what has changed, which {@link changed} tells. */
  async look(searched: SearchedFolder, session: SearchWork): Promise<void> {
    const now = session.deps.world.now()
    const late = now - this.#looked >= EVERY
    if (late) this.#looked = now
    this.#meetLast()
    const touched = [...this.#touched].sort((one, other) => one - other)
    this.#touched = new Set()
    const due = this.#searches.flatMap((search) => {
      const uids = late && isTimed(search.live.term) ? this.#everything() : touched
      return uids.length > 0 ? [{ search, uids }] : []
    })
    if (due.length === 0) return
    let release: (() => void) | undefined
    try {
      release = await session.longWork.take(session.chargedTo, session.wire.left)
      for (const { search, uids } of due) await search.judge(uids, searched, session)
    } catch (thrown) {
      for (const uid of touched) this.#touched.add(uid)
      throw thrown
    } finally {
      release?.()
    }
  }

  /** What is said before the client is told what is gone. */
  removed(): string {
    const gone = this.#gone
    if (gone.size === 0) return ''
    this.#gone = new Set()
    return this.#searches.map((search) => search.removed(gone, this.#view)).join('')
  }

  /** What is said when the client was told what has come. */
  changed(): string {
    const said = this.#searches.map((search) => {
      const { said, uncounted } = search.changed(this.#view)
      for (const uid of uncounted) this.#touched.add(uid)
      return said
    })
    this.#count()
    return said.join('')
  }

  /** Gives the memory back; the folder is no longer selected. */
  close(): void {
    this.#searches = []
    this.#saved = 0
    this.#count()
  }

  get #octets(): number {
    return this.#searches.reduce((sum, { size }) => sum + size, 0) * RESULT_OCTETS + this.#saved * SAVED_OCTETS
  }

  #take(): boolean {
    const octets = this.#octets
    if (!this.#memory.take(octets - this.#charged)) return false
    this.#charged = octets
    return true
  }

  /** Counts results that have come or gone since. */
  #count(): void {
    const octets = this.#octets
    if (octets !== this.#charged) this.#memory.add(octets - this.#charged)
    this.#charged = octets
  }

  /** What was the last message may be so no more, and fit no more. */
  #meetLast(): void {
    const { lastUid } = this.#view
    if (lastUid === this.#last) return
    for (const uid of [this.#last, lastUid]) this.#touched.add(uid as Uid)
    this.#last = lastUid
  }

  #everything(): readonly Uid[] {
    const { index } = this.#view
    return Array.from({ length: index.count }, (_, position) => index.uidAt(position))
  }
}
