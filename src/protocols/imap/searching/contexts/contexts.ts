import type { Uid } from '../../../../core/ids.ts'
import type { Change } from '../../../../domain/mail/types.ts'
import type { ImapDialect } from '../../state.ts'
import type { FolderView } from '../../view/folder-view.ts'
import type { Searched } from '../search-key.ts'
import { isTimed } from '../search-terms.ts'
import type { ImapSession } from '../../conversation/session.ts'
import { type Live, LiveSearch } from './live-search.ts'

/** Searches that a session has kept up to date at a time, and results of all of them, if there is more than one. */
const MOST_SEARCHES = 32
const MOST_RESULTS = 1_000_000
/** RFC 5032 §2: how often there is a look at what fits for a while only, in milliseconds. */
const EVERY = 60_000

/** RFC 5267 §4.3: the searches of the selected folder whose results the client is told the changes of. */
export class Contexts {
  readonly #view: FolderView
  #searches: LiveSearch[] = []
  /** What came or changed since the last look, and what went since it was last told. */
  #touched = new Set<Uid>()
  #gone = new Set<Uid>()
  #looked = 0
  /** What was `*` then. */
  #last = 0

  constructor(view: FolderView) {
    this.#view = view
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

  /** Whether what was found is not too much to be kept. RFC 5267 §4.3.1: one search is kept, whatever it finds. */
  settle(search: LiveSearch, uids: readonly Uid[]): boolean {
    search.settle(uids)
    const results = this.#searches.reduce((sum, { size }) => sum + size, 0)
    const kept = this.#searches.length === 1 || results <= MOST_RESULTS
    if (!kept) this.end(search.live.tag)
    return kept
  }

  end(tag: string): void {
    this.#searches = this.#searches.filter(({ live }) => live.tag !== tag)
  }

  /** RFC 9586 §3: numbers are told to nobody who has done away with them. */
  speak({ uidOnly }: ImapDialect): void {
    if (uidOnly) this.#searches = this.#searches.filter(({ live }) => live.uid)
  }

  /** Looks at what has changed, which {@link changed} tells. */
  async look(searched: Searched, session: Pick<ImapSession, 'deps' | 'wire'>): Promise<void> {
    const now = session.deps.world.now()
    const late = now - this.#looked >= EVERY
    if (late) this.#looked = now
    this.#meetLast()
    const touched = [...this.#touched].sort((one, other) => one - other)
    this.#touched = new Set()
    try {
      for (const search of this.#searches) {
        const uids = late && isTimed(search.live.term) ? this.#everything() : touched
        if (uids.length > 0) await search.judge(uids, searched, session)
      }
    } catch (thrown) {
      for (const uid of touched) this.#touched.add(uid)
      throw thrown
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
    return this.#searches
      .map((search) => {
        const { said, uncounted } = search.changed(this.#view)
        for (const uid of uncounted) this.#touched.add(uid)
        return said
      })
      .join('')
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
