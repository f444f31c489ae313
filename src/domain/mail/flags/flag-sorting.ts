import type { ModSeq, Uid } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { changedFlags, type FlagGroup, flagsKey, keywordsText } from './flags.ts'
import type { MailLimits } from '../limits.ts'
import type { FlagChange, Flags } from '../types.ts'

/** The most messages of a range, so that the statement that changes them is short. */
const LONGEST = 2048

/**
 * System flags that all messages in some ranges of UIDs get or lose. The change names every message of these ranges.
 */
export interface InOneGo {
  readonly ranges: readonly (readonly [from: Uid, to: Uid])[]
  readonly set: number
  readonly cleared: number
}

/** A change with more gaps between its messages is not made by ranges. */
const GAPS = 16

interface Outcome {
  readonly before: Flags
  readonly after: Flags
  readonly same: boolean
  readonly uids: Uid[]
}

/** Sorts messages by the effect that a change has on them. Each message is added once. */
export class FlagSorting {
  readonly stored: Uid[] = []
  readonly modified: Uid[] = []
  readonly #change: FlagChange
  readonly #unchangedSince: ModSeq | undefined
  readonly #limits: MailLimits
  readonly #outcomes = new Map<Flags, Outcome>()
  readonly #ranges: [Uid, Uid][] = []
  #gaps = 0
  #gap = true
  /** Messages in the last range. */
  #inRange = 0

  constructor(change: FlagChange, unchangedSince: ModSeq | undefined, limits: MailLimits) {
    this.#change = change
    this.#unchangedSince = unchangedSince
    this.#limits = limits
  }

  /** Equal flags must be the same object. */
  add(uid: Uid, modSeq: ModSeq, flags: Flags): void {
    // RFC 7162 §3.1.3
    if (this.#unchangedSince !== undefined && modSeq > this.#unchangedSince) {
      this.modified.push(uid)
      this.#gap = true
      return
    }
    this.stored.push(uid)
    this.#extend(uid)
    const outcome = this.#outcomes.get(flags) ?? this.#outcome(flags)
    if (!outcome.same) outcome.uids.push(uid)
  }

  /** Notes that there may be other messages between the last message and the next one. */
  passOver(): void {
    this.#gap = true
  }

  /** True if nothing changes. */
  get idle(): boolean {
    return this.#changes.length === 0
  }

  /** The messages that change, grouped by their old flags. */
  get before(): readonly FlagGroup[] {
    return this.#changes.map(({ before, uids }) => ({ flags: before, uids }))
  }

  /** The messages that change, grouped by their new flags. */
  get after(): readonly FlagGroup[] {
    const byKey = Map.groupBy(this.#changes, ({ after }) => flagsKey(after.system, keywordsText(after)))
    return Array.from(byKey.values(), (alike) => ({
      flags: alike[0]!.after,
      uids: alike.length === 1 ? alike[0]!.uids : alike.flatMap(({ uids }) => uids).sort((a, b) => a - b),
    }))
  }

  /** The change as system flags for ranges of UIDs, if it can be written so. */
  get inOneGo(): InOneGo | undefined {
    const { mode, flags } = this.#change
    if (mode === 'replace' || flags.keywords.length > 0 || this.#gaps > GAPS) return undefined
    const [set, cleared] = mode === 'add' ? [flags.system, 0] : [0, flags.system]
    return { ranges: this.#ranges, set, cleared }
  }

  #extend(uid: Uid): void {
    if (this.#gap) this.#gaps++
    if (this.#gap || this.#inRange === LONGEST) {
      this.#ranges.push([uid, uid])
      this.#inRange = 0
    }
    this.#ranges[this.#ranges.length - 1]![1] = uid
    this.#inRange++
    this.#gap = false
  }

  get #changes(): readonly Outcome[] {
    return [...this.#outcomes.values()].filter(({ uids }) => uids.length > 0)
  }

  #outcome(before: Flags): Outcome {
    const after = changedFlags(before, this.#change)
    if (after.keywords.length > this.#limits.keywordsPerMessage) {
      refuse('over-quota', 'A message cannot have so many keywords')
    }
    const same = flagsKey(before.system, keywordsText(before)) === flagsKey(after.system, keywordsText(after))
    const outcome = { before, after, same, uids: [] }
    this.#outcomes.set(before, outcome)
    return outcome
  }
}
