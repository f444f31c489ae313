import type { NumberRange } from '../../../codecs/imap/sequence-set.ts'
import type { ModSeq, Seq, Uid } from '../../../core/ids.ts'
import type { Change, FolderIndex } from '../../../domain/mail/types.ts'

/** An update of a folder. The client has to get updates in the order in which the view yields them. */
export type FolderUpdate =
  | { readonly kind: 'expunge'; readonly seq: Seq; readonly uid: Uid }
  | { readonly kind: 'exists' | 'recent'; readonly count: number }
  /** The flags are those in the index when the response is written. */
  | { readonly kind: 'flags'; readonly seq: Seq; readonly uid: Uid }

/** The messages that a message set names. */
export interface Picked {
  /** Existing messages, ascending. */
  readonly uids: readonly Uid[]
  /** Expunged messages that the client still counts. */
  readonly ghosts: readonly Uid[]
}

interface FlagsChanged {
  readonly modSeq: ModSeq
  readonly uids: readonly Uid[]
}

/** Maximum number of pending flag changes before older ones are merged. */
const HELD_APART = 1000

/**
 * One session's view of a folder, which defines its message numbers (RFC 3501 §2.3.1.2). It is the index that all
 * sessions share, without messages that were not reported to the session yet, and with ghosts: expunged messages whose
 * EXPUNGE was not reported yet. A pure state machine: it gets changes and yields updates, and has no other effect.
 */
export class FolderView {
  readonly index: FolderIndex
  readonly #claims: boolean
  readonly #knowsRecent: boolean
  /** The highest UID that the client may have counted. */
  #horizon: number
  #ghosts: readonly Uid[] = []
  /** The mod-sequence of the change that made the first ghost. */
  #firstGhostModSeq: ModSeq | undefined
  #saved = new Uint32Array()
  #changed: FlagsChanged[] = []
  /** Ascending ranges that do not overlap, both ends included. */
  #recent: NumberRange[] = []

  /**
   * `claims`: the session may write, so a message that is recent in it is recent in no other (RFC 3501 §2.3.2). `recent`:
   * whether the dialect has `\Recent`; IMAP4rev2 does not.
   */
  constructor(index: FolderIndex, { claims, recent = true }: { claims: boolean; recent?: boolean }) {
    this.index = index
    this.#claims = claims
    this.#knowsRecent = recent
    this.#horizon = index.uidNext - 1
    this.#claimRecent(0)
  }

  /** The number of messages that the client counts. */
  get count(): number {
    return this.#rankAfter(this.#horizon) + this.#ghosts.length
  }

  get recentCount(): number {
    return this.#recent.reduce((sum, [from, to]) => sum + this.#rankAfter(to) - this.index.rank(from as Uid), 0)
  }

  /** The UIDs of messages with `\Recent` in this session. */
  get recent(): readonly NumberRange[] {
    return this.#recent
  }

  isRecent(uid: Uid): boolean {
    let low = 0
    let high = this.#recent.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#recent[middle]![1] < uid) low = middle + 1
      else high = middle
    }
    return low < this.#recent.length && this.#recent[low]![0] <= uid
  }

  /** The highest UID that the client counts; 0 if it counts none. */
  get lastUid(): number {
    const known = this.#rankAfter(this.#horizon)
    const last = known > 0 ? this.index.uidAt(known - 1) : 0
    return Math.max(last, this.#ghosts[this.#ghosts.length - 1] ?? 0)
  }

  /** The message number; only for a message that the client counts. */
  seqOf(uid: Uid): Seq {
    return (this.index.rank(uid) + below(this.#ghosts, uid) + 1) as Seq
  }

  /** Whether the client counts the message and it still exists. */
  holds(uid: Uid): boolean {
    return uid <= this.#horizon && this.index.positionOf(uid) >= 0
  }

  /** The UIDs in the range that the client counts, ghosts included, ascending. */
  countedWithin(from: number, to: number): readonly Uid[] {
    const ghosts = this.#ghosts.slice(below(this.#ghosts, from as Uid), below(this.#ghosts, (to + 1) as Uid))
    return merged(this.byUid([[from, to]]).uids, ghosts)
  }

  /** Whether no update is pending. */
  get upToDate(): boolean {
    return this.#ghosts.length === 0 && this.#changed.length === 0 && this.#horizon === this.index.uidNext - 1
  }

  /**
   * The mod-sequence up to which the client knows every change, once the updates that are not held back are sent
   * (RFC 7162 §3.2.1.1). It stays below the mod-sequence of an EXPUNGE that was not reported.
   */
  get reportedUpTo(): ModSeq {
    return this.#firstGhostModSeq === undefined ? this.index.highestModSeq : ((this.#firstGhostModSeq - 1) as ModSeq)
  }

  /** RFC 5182 §2.1: the messages of `$` that still exist. */
  get saved(): readonly Uid[] {
    return Array.from(this.#saved as Iterable<Uid>).filter((uid) => this.holds(uid))
  }

  save(uids: readonly Uid[]): void {
    this.#saved = Uint32Array.from(uids)
  }

  /** Finds messages by number. The ranges ascend, do not overlap, and lie between 1 and {@link count}. */
  bySeq(ranges: readonly NumberRange[]): Picked {
    const runs: (readonly Uid[])[] = []
    const ghosts: Uid[] = []
    for (const [from, to] of ranges) {
      let position = from - 1
      let ghost = this.#ghostsBefore(position)
      while (position < to) {
        const ghostPosition = ghost < this.#ghosts.length ? Math.min(this.#positionOfGhost(ghost), to) : to
        if (ghostPosition > position) runs.push(this.index.uidsBetween(position - ghost, ghostPosition - ghost))
        if (ghostPosition < to) ghosts.push(this.#ghosts[ghost++]!)
        position = ghostPosition + 1
      }
    }
    return { uids: inARow(runs), ghosts }
  }

  /** Finds messages by UID; RFC 3501 §6.4.8: UIDs without a message are ignored. */
  byUid(ranges: readonly NumberRange[]): Picked {
    const runs = ranges.map(([from, to]) =>
      this.index.uidsBetween(this.index.rank(from as Uid), this.#rankAfter(Math.min(to, this.#horizon))),
    )
    return { uids: inARow(runs), ghosts: [] }
  }

  /** The existing messages that the client counts and that changed after the mod-sequence, ascending. */
  changedSince(modSeq: number): readonly Uid[] {
    return upTo(this.index.changedSince(modSeq), this.#horizon)
  }

  /** Has to be called when the index applies the change. */
  apply(change: Change): void {
    if (change.kind === 'expunged') {
      const ghosts = upTo(change.uids, this.#horizon)
      if (ghosts.length > 0) this.#firstGhostModSeq ??= change.modSeq
      this.#ghosts = merged(this.#ghosts, ghosts)
    }
    if (change.kind === 'changed') this.#hold(change)
  }

  /** Drops the pending update for a flag change that the session made itself: STORE has reported it or was silent. */
  dropOwnChange(modSeq: ModSeq): void {
    this.#changed = this.#changed.filter((change) => change.modSeq !== modSeq)
  }

  /**
   * Yields the pending updates and marks them as reported. `mayExpunge`: false if message numbers must not change now.
   * `mayReportFlags`: false if the client does not want flag changes now.
   */
  *updates(mayExpunge: boolean, mayReportFlags = true): Generator<FolderUpdate> {
    const before = this.count
    if (mayExpunge) yield* this.#expunges()
    if (mayReportFlags) yield* this.#flags()
    const known = mayExpunge ? this.#rankAfter(this.#horizon) : before
    const reported = this.#horizon
    this.#horizon = this.index.uidNext - 1
    if (this.count === known) return
    yield { kind: 'exists', count: this.count }
    this.#claimRecent(reported)
    yield { kind: 'recent', count: this.recentCount }
  }

  /** Each EXPUNGE decrements every higher number at once (RFC 3501 §7.4.1). */
  *#expunges(): Generator<FolderUpdate> {
    const ghosts = this.#ghosts
    this.#ghosts = []
    this.#firstGhostModSeq = undefined
    for (const ghost of ghosts) yield { kind: 'expunge', seq: (this.index.rank(ghost) + 1) as Seq, uid: ghost }
  }

  *#flags(): Generator<FolderUpdate> {
    const changed = this.#changed
    this.#changed = []
    for (const uid of union(changed)) if (this.holds(uid)) yield { kind: 'flags', seq: this.seqOf(uid), uid }
  }

  #hold(change: FlagsChanged): void {
    this.#changed.push({ modSeq: change.modSeq, uids: change.uids })
    if (this.#changed.length <= HELD_APART) return
    // The session's own change is among the latest, and `dropOwnChange` has to find it.
    const older = this.#changed.splice(0, HELD_APART - 100)
    this.#changed.unshift({ modSeq: 0 as ModSeq, uids: union(older) })
  }

  /** Messages after `reported`, up to the horizon, are recent unless another session had them first. */
  #claimRecent(reported: number): void {
    if (!this.#knowsRecent) return
    const from = Math.max(this.index.firstRecent(this.#claims), reported + 1)
    if (from > this.#horizon) return
    const last = this.#recent[this.#recent.length - 1]
    if (last && last[1] === from - 1) this.#recent[this.#recent.length - 1] = [last[0], this.#horizon]
    else this.#recent.push([from, this.#horizon])
  }

  #rankAfter(uid: number): number {
    return this.index.rank((uid + 1) as Uid)
  }

  #positionOfGhost(nth: number): number {
    return this.index.rank(this.#ghosts[nth]!) + nth
  }

  #ghostsBefore(position: number): number {
    let low = 0
    let high = this.#ghosts.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#positionOfGhost(middle) < position) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** The number of smaller UIDs in an ascending list. */
function below(ascending: readonly Uid[], uid: Uid): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ascending[middle]! < uid) low = middle + 1
    else high = middle
  }
  return low
}

const upTo = (ascending: readonly Uid[], last: number): readonly Uid[] =>
  ascending.length === 0 || ascending[ascending.length - 1]! <= last
    ? ascending
    : ascending.slice(0, below(ascending, (last + 1) as Uid))

const inARow = (runs: readonly (readonly Uid[])[]): readonly Uid[] => (runs.length === 1 ? runs[0]! : runs.flat())

function merged(one: readonly Uid[], other: readonly Uid[]): readonly Uid[] {
  if (one.length === 0) return other
  if (other.length === 0) return one
  return [...one, ...other].sort((a, b) => a - b)
}

function union(changes: readonly FlagsChanged[]): readonly Uid[] {
  if (changes.length === 1) return changes[0]!.uids
  return [...new Set(changes.flatMap(({ uids }) => uids))].sort((a, b) => a - b)
}
