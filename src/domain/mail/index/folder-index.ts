import type { FolderId, MailboxId, ModSeq, Uid } from '../../../core/ids.ts'
import { groupsOf, type Line } from '../journal/journal.ts'
import type { FlagGroup } from '../flags/flags.ts'
import { uidsOf } from '../uids.ts'
import { MessageColumns, type MessageState } from './message-columns.ts'
import type { Change, Flags, FolderIndex } from '../types.ts'

type MessageChange = Extract<Change, { uids: readonly Uid[] }>

/** The state of a folder as its rows show it. */
export interface FolderFacts {
  readonly mailbox: MailboxId
  readonly folder: FolderId
  readonly uidValidity: number
  readonly uidNext: Uid
  readonly highestModSeq: ModSeq
  readonly firstRecent: Uid
  /** The mailbox's mod-sequence at that moment. Later journal lines are news. */
  readonly mark: ModSeq
}

export interface IndexHooks {
  /** The first recent UID moved on and has to be written to the folder's row. */
  claimed(index: MemoryIndex): void
  /** The position of the first recent UID while it is not yet written. */
  claimedUpTo(folder: FolderId): Uid | undefined
  /** The index applied a line. */
  changed(index: MemoryIndex): void
  /** A watcher threw. The other watchers are still notified. */
  failed(error: unknown): void
}

/** The messages of one folder in memory. The journal reader passes each line to {@link take}. */
export class MemoryIndex implements FolderIndex {
  readonly mailbox: MailboxId
  readonly folder: FolderId
  readonly uidValidity: number
  readonly messages = new MessageColumns()
  /** The mark at which the chunks that have not changed since were packed. */
  packedAt: ModSeq | undefined
  #uidNext: Uid
  #highestModSeq: ModSeq
  #firstRecent: Uid
  #mark: ModSeq
  #gone = false
  #removals = 0
  readonly #watchers = new Set<(change: Change) => void>()
  readonly #hooks: IndexHooks

  constructor(facts: FolderFacts, hooks: IndexHooks) {
    this.mailbox = facts.mailbox
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

  get removals(): number {
    return this.#removals
  }

  get keywords(): readonly string[] {
    return this.messages.keywords
  }

  /** The mod-sequence up to which the index has applied the journal. */
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
      this.#hooks.claimed(this)
    }
    return first
  }

  watch(heard: (change: Change) => void): () => void {
    // Each call has a watcher of its own, so that stopping one never stops another.
    const watcher = (change: Change) => heard(change)
    this.#watchers.add(watcher)
    return () => void this.#watchers.delete(watcher)
  }

  /**
   * Applies a line and notifies the watchers. Ignores a line that was applied before. While `more` lines of the same
   * write follow, the folder's mod-sequence stays below that of the write. Returns the number of messages in the line.
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

  /** Notes that every line up to `mark` has been applied. */
  markAt(mark: ModSeq): void {
    if (mark > this.#mark) this.#mark = mark
  }

  /** Notes that the folder was deleted. */
  end(modSeq: ModSeq): void {
    if (this.#gone) return
    this.#gone = true
    this.#tell({ kind: 'gone', modSeq })
  }

  /** Takes the state of `fresh`, change by change. Needed if the journal no longer reaches back to the mark. */
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

  /** Returns the UIDs that changed. */
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
        // The rows were read in pieces. A message may have been removed in between; its line follows.
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
    if (positions.length > 0) this.#removals++
    return expunged
  }

  #tell(change: Change): void {
    // A watcher that is added during this loop already sees the change in the index.
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
