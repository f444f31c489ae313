import type { FolderId, ModSeq, Uid } from '../../../core/ids.ts'
import { groupsOf, type Line } from '../journal/journal.ts'
import type { FlagGroup } from '../flags/flags.ts'
import { uidsOf } from '../uids.ts'
import { MessageColumns, type MessageState } from './message-columns.ts'
import type { Change, Flags, FolderIndex } from '../types.ts'

type MessageChange = Extract<Change, { uids: readonly Uid[] }>

/** A folder as a reader finds it in the rows. */
export interface FolderFacts {
  readonly folder: FolderId
  readonly uidValidity: number
  readonly uidNext: Uid
  readonly highestModSeq: ModSeq
  readonly firstRecent: Uid
  /** The mailbox's mod-sequence at that moment: what the journal says from here on is news. */
  readonly mark: ModSeq
}

export interface IndexHooks {
  /** The first recent UID moved on: to be written down. */
  claimed(folder: FolderId, next: Uid): void
  /** Where it moved, as long as that is not written down. */
  claimedUpTo(folder: FolderId): Uid | undefined
  /** A line was taken in. */
  changed(index: MemoryIndex): void
  /** A watcher threw. The others are told all the same. */
  failed(error: unknown): void
}

/** The messages of one folder in memory; fed by the journal, which {@link take} hands in line by line. */
export class MemoryIndex implements FolderIndex {
  readonly folder: FolderId
  readonly uidValidity: number
  readonly messages = new MessageColumns()
  /** The mark at which what has not been touched since was packed. */
  packedAt: ModSeq | undefined
  #uidNext: Uid
  #highestModSeq: ModSeq
  #firstRecent: Uid
  #mark: ModSeq
  #gone = false
  readonly #watchers = new Set<(change: Change) => void>()
  readonly #hooks: IndexHooks

  constructor(facts: FolderFacts, hooks: IndexHooks) {
    this.folder = facts.folder
    this.uidValidity = facts.uidValidity
    this.#uidNext = facts.uidNext
    this.#highestModSeq = facts.highestModSeq
    this.#firstRecent = facts.firstRecent
    this.#mark = facts.mark
    this.#hooks = hooks
  }

  get uidNext(): Uid {
    return this.#uidNext
  }

  get highestModSeq(): ModSeq {
    return this.#highestModSeq
  }

  get count(): number {
    return this.messages.count
  }

  get keywords(): readonly string[] {
    return this.messages.keywords
  }

  /** The mod-sequence up to which the journal has been taken in. */
  get mark(): ModSeq {
    return this.#mark
  }

  get gone(): boolean {
    return this.#gone
  }

  uidAt(position: number): Uid {
    return this.messages.uidAt(position)
  }

  uidsBetween(start: number, end: number): readonly Uid[] {
    return this.messages.uidsBetween(start, end)
  }

  rank(uid: Uid): number {
    return this.messages.rank(uid)
  }

  positionOf(uid: Uid): number {
    return this.messages.positionOf(uid)
  }

  flagsAt(position: number): Flags {
    return this.messages.flagsAt(position)
  }

  modSeqAt(position: number): ModSeq {
    return this.messages.modSeqAt(position)
  }

  changedSince(modSeq: number): readonly Uid[] {
    return this.messages.changedSince(modSeq)
  }

  firstUnseen(): number {
    return this.messages.firstUnseen()
  }

  firstRecent(claim: boolean): Uid {
    const first = this.#firstRecent
    if (claim && first < this.#uidNext) {
      this.#firstRecent = this.#uidNext
      this.#hooks.claimed(this.folder, this.#uidNext)
    }
    return first
  }

  watch(heard: (change: Change) => void): () => void {
    // A watcher of its own for each call, so that stopping one never stops another.
    const watcher = (change: Change) => heard(change)
    this.#watchers.add(watcher)
    return () => void this.#watchers.delete(watcher)
  }

  /**
   * Takes a line in and tells the watchers; one that was taken in before is passed over. Until the last line of a write is in
   * (`more` says that there are others), the folder is not up to the write's mod-sequence. Returns how many messages it told of.
   */
  take({ folder, kind, what, modSeq }: Line, more = false): number {
    if (folder !== this.folder || modSeq <= this.#mark || this.#gone) return 0
    if (kind === 'gone') {
      this.end(modSeq)
    } else if (kind === 'added' || kind === 'changed' || kind === 'expunged') {
      this.#highestModSeq = more ? (Math.max(this.#highestModSeq, modSeq - 1) as ModSeq) : modSeq
      const uids = this.#apply(kind, what, modSeq)
      this.#hooks.changed(this)
      this.#tell({ kind, modSeq, uids })
      return uids.length
    }
    return 0
  }

  /** Every line up to `mark` has been taken in. */
  markAt(mark: ModSeq): void {
    if (mark > this.#mark) this.#mark = mark
  }

  /** The folder is no more. */
  end(modSeq: ModSeq): void {
    if (this.#gone) return
    this.#gone = true
    this.#tell({ kind: 'gone', modSeq })
  }

  /** Becomes what `fresh` is, difference by difference: the journal no longer reaches back far enough. */
  become(fresh: MemoryIndex): void {
    const modSeq = fresh.highestModSeq
    const { expunged, changed, added } = this.#differences(fresh)
    this.#highestModSeq = modSeq
    if (expunged.length > 0) this.#tell({ kind: 'expunged', modSeq, uids: this.#expunge(expunged) })
    for (const { uid, flags, modSeq } of changed) this.messages.set(this.positionOf(uid), flags, modSeq)
    if (changed.length > 0) this.#tell({ kind: 'changed', modSeq, uids: changed.map(({ uid }) => uid) })
    this.messages.append(added)
    this.#uidNext = fresh.uidNext
    if (added.length > 0) this.#tell({ kind: 'added', modSeq, uids: added.map(({ uid }) => uid) })
    this.#mark = fresh.mark
    this.#hooks.changed(this)
  }

  #differences(fresh: MemoryIndex): { expunged: Uid[]; changed: MessageState[]; added: MessageState[] } {
    const expunged: Uid[] = []
    for (let position = 0; position < this.count; position++) {
      const uid = this.uidAt(position)
      if (fresh.positionOf(uid) < 0) expunged.push(uid)
    }
    const changed: MessageState[] = []
    const added: MessageState[] = []
    for (let position = 0; position < fresh.count; position++) {
      const state = { uid: fresh.uidAt(position), flags: fresh.flagsAt(position), modSeq: fresh.modSeqAt(position) }
      const before = this.positionOf(state.uid)
      if (before < 0) added.push(state)
      else if (this.modSeqAt(before) < state.modSeq) changed.push(state)
    }
    return { expunged, changed, added }
  }

  /** The UIDs that were affected. */
  #apply(kind: MessageChange['kind'], what: string, modSeq: ModSeq): readonly Uid[] {
    if (kind === 'expunged') return this.#expunge(uidsOf(what))
    return kind === 'added' ? this.#add(groupsOf(what), modSeq) : this.#change(groupsOf(what), modSeq)
  }

  #add(groups: readonly FlagGroup[], modSeq: ModSeq): readonly Uid[] {
    const arrivals = groups.flatMap(({ flags, uids }) => uids.map((uid) => ({ uid, flags, modSeq })))
    if (groups.length > 1) arrivals.sort((a, b) => a.uid - b.uid)
    this.messages.append(arrivals)
    this.#uidNext = Math.max(this.#uidNext, arrivals.at(-1)!.uid + 1) as Uid
    return arrivals.map(({ uid }) => uid)
  }

  #change(groups: readonly FlagGroup[], modSeq: ModSeq): readonly Uid[] {
    const changed: Uid[] = []
    for (const { flags, uids } of groups) {
      let position = -1
      for (const uid of uids) {
        // Most are neighbours.
        position = this.uidAt(position + 1) === uid && position + 1 < this.count ? position + 1 : this.positionOf(uid)
        // Rows are read piece by piece: one may have been gone by then, and its line is still to come.
        if (position < 0) continue
        this.messages.set(position, flags, modSeq)
        changed.push(uid)
      }
    }
    return groups.length > 1 ? changed.sort((a, b) => a - b) : changed
  }

  #expunge(uids: readonly Uid[]): readonly Uid[] {
    const positions = uids.map((uid) => this.positionOf(uid)).filter((position) => position >= 0)
    const expunged = positions.map((position) => this.uidAt(position))
    this.messages.remove(positions)
    return expunged
  }

  #tell(change: Change): void {
    // Who begins to watch in the middle of this sees the change in the index already.
    const watchers = Array.from(this.#watchers)
    for (const heard of watchers) {
      try {
        heard(change)
      } catch (error) {
        this.#hooks.failed(error)
      }
    }
  }
}
