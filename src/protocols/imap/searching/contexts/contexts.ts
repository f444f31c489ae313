import { MINUTE } from '../../../../core/time.ts'
import type { Uid } from '../../../../core/ids.ts'
import { refuse } from '../../../../core/refusal.ts'
import type { Change } from '../../../../domain/mail/types.ts'
import type { ImapDialect } from '../../dialect.ts'
import type { FolderView } from '../../view/folder-view.ts'
import type { SearchedFolder, SearchWork } from '../contracts.ts'
import { isTimed } from '../search-terms.ts'
import { type Live, LiveSearch } from './live-search.ts'

// Limits of a session: live searches, and results of all of them together if it has more than one.
const MOST_SEARCHES = 32
const MOST_RESULTS = 1_000_000
/** Approximate memory of one result, in octets. */
export const RESULT_OCTETS = 48
/** Octets of one message of a saved result. */
const SAVED_OCTETS = Uint32Array.BYTES_PER_ELEMENT
/** RFC 5032 §2: milliseconds between two checks of a search whose result changes with time. */
const EVERY = MINUTE

/** Counts the memory of a caller. A negative number of octets gives memory back. */
export interface ContextMemory {
  /** Returns false, and counts nothing, if the caller or all callers together would exceed the budget. */
  take(octets: number): boolean
  /** Counts octets even above the budget. */
  add(octets: number): void
}

const unlimited: ContextMemory = { take: () => true, add: () => {} }

/** RFC 5267 §4.3: the live searches of the selected folder. The client gets the changes of their results. */
export class Contexts {
  readonly #view: FolderView
  readonly #memory: ContextMemory
  /** Octets that are counted for the caller. */
  #charged = 0
  #searches: LiveSearch[] = []
  /** Messages in the saved result (RFC 5182). */
  #saved = 0
  // Messages that came or changed since the last check, and messages that were expunged since the last report.
  #touched = new Set<Uid>()
  #gone = new Set<Uid>()
  #looked = 0
  /** The UID of `*` at the last check. */
  #last = 0

  constructor(view: FolderView, memory = unlimited) {
    this.#view = view
    this.#memory = memory
  }

  get any(): boolean {
    return this.#searches.length > 0
  }

  /** Has to be called when the index applies the change. */
  apply(change: Change): void {
    if (!this.any || change.kind === 'gone') return
    const noticed = change.kind === 'expunged' ? this.#gone : this.#touched
    for (const uid of change.uids) noticed.add(uid)
  }

  has(tag: string): boolean {
    return this.#searches.some(({ live }) => live.tag === tag)
  }

  /**
   * Starts to record changes for a search; {@link settle} then sets its result. Undefined if the session has too many
   * searches.
   */
  begin(live: Live, now: number): LiveSearch | undefined {
    if (this.#searches.length >= MOST_SEARCHES) return undefined
    if (!this.any) {
      this.#touched.clear()
      this.#gone.clear()
      this.#looked = now
      this.#last = this.#view.lastUid
    }
    // A message that the client does not count yet is not found, but may become a result.
    const { index, lastUid } = this.#view
    for (let at = index.rank((lastUid + 1) as Uid); at < index.count; at++) this.#touched.add(index.uidAt(at))
    const search = new LiveSearch(live)
    this.#searches.push(search)
    return search
  }

  /**
   * Sets the result of a search. Returns false, and ends the search, if the results exceed the limits of the session or
   * its caller. RFC 5267 §4.3.1: a caller with few results is never refused.
   */
  settle(search: LiveSearch, uids: readonly Uid[]): boolean {
    search.settle(uids)
    const results = this.#searches.reduce((sum, { size }) => sum + size, 0)
    const kept = (this.#searches.length === 1 || results <= MOST_RESULTS) && this.#take()
    if (!kept) this.end(search.live.tag)
    return kept
  }

  /**
   * Saves the result of a search, in order of UID. Refuses `too-big` with NOTSAVED, and saves nothing, beyond the
   * caller's memory.
   */
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

  /** RFC 9586 §3: ends the searches with message numbers once UIDONLY is enabled. */
  setDialect({ uidOnly }: ImapDialect): void {
    if (!uidOnly) return
    this.#searches = this.#searches.filter(({ live }) => live.uid)
    this.#count()
  }

  /** Checks the changed messages against the searches; {@link changed} then reports the changes. */
  async check(searched: SearchedFolder, session: SearchWork): Promise<void> {
    const now = session.deps.world.elapsed()
    const late = now - this.#looked >= EVERY
    if (late) this.#looked = now
    this.#updateLast()
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
      for (const { search, uids } of due) await search.check(uids, searched, session)
    } catch (thrown) {
      for (const uid of touched) this.#touched.add(uid)
      throw thrown
    } finally {
      release?.()
    }
  }

  /** The REMOVEFROM responses, before the EXPUNGE responses. */
  removed(): string {
    const gone = this.#gone
    if (gone.size === 0) return ''
    this.#gone = new Set()
    return this.#searches.map((search) => search.removed(gone, this.#view)).join('')
  }

  /** The ADDTO and REMOVEFROM responses for checked messages, after the EXISTS response. */
  changed(): string {
    const response = this.#searches.map((search) => {
      const { response, uncounted } = search.changed(this.#view)
      for (const uid of uncounted) this.#touched.add(uid)
      return response
    })
    this.#count()
    return response.join('')
  }

  /** Frees the memory when the folder is no longer selected. */
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

  /** Adjusts the counted memory to the results. */
  #count(): void {
    const octets = this.#octets
    if (octets !== this.#charged) this.#memory.add(octets - this.#charged)
    this.#charged = octets
  }

  /** Marks the old and the new last message as changed: a search with `*` may match another message now. */
  #updateLast(): void {
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
