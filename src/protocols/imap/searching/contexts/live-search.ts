import {
  additions,
  type EsearchResult,
  type ResultRun,
  removals,
  writeChanges,
} from '../../../../codecs/imap/esearch.ts'
import type { SearchTerm } from '../../../../codecs/imap/search-keys.ts'
import type { Uid } from '../../../../core/ids.ts'
import type { FolderView } from '../../view/folder-view.ts'
import { programOf } from '../search-key.ts'
import type { SearchedFolder, SearchWork } from '../contracts.ts'
import { type Order, sorted } from '../search-result.ts'
import { uidsKey } from '../uid-keys.ts'

/** The description of a live search. */
export interface Live extends Pick<EsearchResult, 'tag' | 'uid' | 'at'> {
  /** With numbers and `$` replaced by UIDs. */
  readonly term: SearchTerm
  /** Undefined for the order of the folder. */
  readonly order?: readonly Order[] | undefined
}

interface CheckedMessages {
  readonly uids: readonly Uid[]
  readonly fitting: ReadonlySet<Uid>
  /** The old results and the matching messages in their order; undefined for the order of the folder. */
  readonly order: readonly Uid[] | undefined
}

/** A live search: the results that the client knows, and the changes to report. */
export class LiveSearch {
  readonly live: Live
  /** Sorted results; empty for the order of the folder. */
  #results: readonly Uid[] = []
  #members: Set<Uid> = new Set()
  #checked: CheckedMessages | undefined

  constructor(live: Live) {
    this.live = live
  }

  get size(): number {
    return this.#members.size
  }

  /** Sets the results that the response contains. */
  settle(uids: readonly Uid[]): void {
    this.#results = this.live.order ? uids : []
    this.#members = new Set(uids)
  }

  /** Checks whether the messages, which ascend, match now; {@link changed} then reports the changes. */
  async check(
    uids: readonly Uid[],
    searched: SearchedFolder,
    session: Pick<SearchWork, 'deps' | 'wire'>,
  ): Promise<void> {
    const { mailbox, folder } = searched
    const { term, order } = this.live
    // A sort by relevancy needs the relevancy of every result.
    const among = order?.some(({ by }) => by === 'relevancy') ? undefined : uids
    const { key, relevancy } = await programOf(term, searched, session, among)
    const query = { key: 'and', of: [uidsKey(uids), key] } as const
    const fitting = new Set(await mailbox.search(folder.id, query, session.wire.left))
    const all = order && [...this.#members.union(fitting)].sort((one, other) => one - other)
    this.#checked = {
      uids,
      fitting,
      order: all && (await sorted(searched, all, order, { relevancy, signal: session.wire.left })),
    }
  }

  /** The response for expunged results. It comes before their EXPUNGE, while their numbers are valid. */
  removed(gone: ReadonlySet<Uid>, view: FolderView): string {
    return writeChanges(this.live, this.#remove(this.#members.intersection(gone), view), [])
  }

  /** The response for the checked messages that the client counts. Returns those that it does not count yet. */
  changed(view: FolderView): { readonly response: string; readonly uncounted: readonly Uid[] } {
    const checked = this.#checked
    this.#checked = undefined
    if (!checked) return { response: '', uncounted: [] }
    const counted = checked.uids.filter((uid) => view.holds(uid))
    const stale = counted.filter((uid) => this.#members.has(uid) && !checked.fitting.has(uid))
    const fresh = counted.filter((uid) => !this.#members.has(uid) && checked.fitting.has(uid))
    const removed = this.#remove(new Set(stale), view)
    const added = this.#add(new Set(fresh), checked.order, view)
    return {
      response: writeChanges(this.live, removed, added),
      uncounted: checked.uids.filter((uid) => !view.holds(uid) && view.index.positionOf(uid) >= 0),
    }
  }

  #remove(gone: ReadonlySet<Uid>, view: FolderView): ResultRun[] {
    if (gone.size === 0) return []
    const runs = this.live.order ? removals(this.#results, gone) : inFolder(gone)
    this.#members = this.#members.difference(gone)
    this.#results = this.#results.filter((uid) => !gone.has(uid))
    return this.#inNumbers(runs, view)
  }

  #add(fresh: ReadonlySet<Uid>, order: readonly Uid[] | undefined, view: FolderView): ResultRun[] {
    if (fresh.size === 0) return []
    this.#members = this.#members.union(fresh)
    if (!order) return this.#inNumbers(inFolder(fresh), view)
    this.#results = withNew(this.#results, order, fresh)
    return this.#inNumbers(additions(this.#results, fresh), view)
  }

  #inNumbers(runs: readonly ResultRun<Uid>[], view: FolderView): ResultRun[] {
    if (this.live.uid) return [...runs]
    return runs.map(({ position, results }) => ({ position, results: results.map((uid) => view.seqOf(uid)) }))
  }
}

/** RFC 5267 §4.3.3: position 0, since the client knows the order of the folder. */
const inFolder = (uids: ReadonlySet<Uid>): ResultRun<Uid>[] => [
  { position: 0, results: [...uids].sort((one, other) => one - other) },
]

/** Inserts new results at their positions. A result that was expunged meanwhile stays until its removal is reported. */
function withNew(results: readonly Uid[], order: readonly Uid[], fresh: ReadonlySet<Uid>): readonly Uid[] {
  const known = new Set(order)
  const all: Uid[] = []
  let next = 0
  const keep = (until: (uid: Uid) => boolean): void => {
    while (next < results.length && until(results[next]!)) all.push(results[next++]!)
  }
  for (const uid of order) {
    keep((each) => !known.has(each))
    if (fresh.has(uid)) all.push(uid)
    else if (results[next] === uid) all.push(results[next++]!)
  }
  keep(() => true)
  return all
}
