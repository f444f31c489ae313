import type { FolderId, MailboxId, ModSeq, Uid } from '../../src/core/ids.ts'
import type { Change, Flags, FolderIndex, UidRange } from '../../src/domain/mail/types.ts'

interface Row {
  readonly uid: Uid
  system: number
  modSeq: ModSeq
}

/** A folder in memory of which the flags are a number, and that forgets nothing. */
export class MemoryIndex implements FolderIndex {
  readonly mailbox = 1 as MailboxId
  readonly folder = 1 as FolderId
  readonly uidValidity = 1
  readonly keywords: readonly string[] = []
  uidNext = 1 as Uid
  highestModSeq = 1 as ModSeq
  readonly rows: Row[] = []
  #recent = 1 as Uid
  #watchers: ((change: Change) => void)[] = []
  readonly #gone: { readonly uid: Uid; readonly modSeq: ModSeq }[] = []

  get count(): number {
    return this.rows.length
  }
  get removals(): number {
    return this.#gone.length
  }
  uidAt = (position: number): Uid => this.rows[position]!.uid
  uidsBetween = (start: number, end: number): Uid[] => this.rows.slice(start, end).map(({ uid }) => uid)
  rank = (uid: Uid): number => this.rows.filter((row) => row.uid < uid).length
  positionOf = (uid: Uid): number => this.rows.findIndex((row) => row.uid === uid)
  flagsAt = (position: number): Flags => ({ system: this.rows[position]!.system, keywords: [] })
  modSeqAt = (position: number): ModSeq => this.rows[position]!.modSeq
  changedSince = (modSeq: number): Uid[] => this.rows.filter((row) => row.modSeq > modSeq).map(({ uid }) => uid)
  /** Positions that any numbers stand for, ascending; none in an empty folder. */
  positionsOf = (some: readonly number[]): number[] =>
    this.count === 0 ? [] : [...new Set(some.map((nth) => nth % this.count))].sort((a, b) => a - b)
  firstUnseen = (): number => this.rows.findIndex((row) => (row.system & 1) === 0)
  firstRecent(claim: boolean): Uid {
    const first = this.#recent
    if (claim) this.#recent = this.uidNext
    return first
  }
  watch(heard: (change: Change) => void): () => void {
    this.#watchers.push(heard)
    return () => {
      this.#watchers = this.#watchers.filter((each) => each !== heard)
    }
  }

  add(count: number): void {
    const uids = Array.from({ length: count }, (_, nth) => (this.uidNext + nth) as Uid)
    this.uidNext = (this.uidNext + count) as Uid
    const modSeq = (this.highestModSeq + 1) as ModSeq
    for (const uid of uids) this.rows.push({ uid, system: 0, modSeq })
    this.#tell('added', uids)
  }
  expunge(positions: readonly number[]): void {
    const uids = positions.map(this.uidAt)
    for (const uid of uids) this.rows.splice(this.positionOf(uid), 1)
    const modSeq = this.#tell('expunged', uids)
    this.#gone.push(...uids.map((uid) => ({ uid, modSeq })))
  }
  flag(positions: readonly number[], bit: number): ModSeq {
    for (const position of positions) {
      this.rows[position]!.system ^= bit
      this.rows[position]!.modSeq = (this.highestModSeq + 1) as ModSeq
    }
    return this.#tell('changed', positions.map(this.uidAt))
  }
  vanishedSince(since: number): readonly UidRange[] {
    const uids = this.#gone.filter(({ modSeq }) => modSeq > since).map(({ uid }) => uid)
    return uids.sort((one, other) => one - other).map((uid) => [uid, uid])
  }

  #tell(kind: 'added' | 'expunged' | 'changed', uids: readonly Uid[]): ModSeq {
    this.highestModSeq = (this.highestModSeq + 1) as ModSeq
    for (const heard of this.#watchers) heard({ kind, modSeq: this.highestModSeq, uids })
    return this.highestModSeq
  }
}
