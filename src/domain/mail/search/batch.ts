import type { Uid } from '../../../core/ids.ts'
import type { Judge } from './judge.ts'
import { UNKNOWN, type Verdicts, verdicts, YES } from './verdicts.ts'

/** Messages that are judged together: they leave it one stage after another, as soon as enough is known of them. */
export class Batch {
  #uids: readonly Uid[]
  readonly #judge: Judge
  readonly #hits: Uid[]
  readonly #known = new Map<number, Verdicts>()

  /** `hits` takes the UIDs of those that fit. */
  constructor(uids: readonly Uid[], judge: Judge, hits: Uid[]) {
    this.#uids = uids
    this.#judge = judge
    this.#hits = hits
  }

  /** Those that are not decided yet, ascending. */
  get uids(): readonly Uid[] {
    return this.#uids
  }

  /** Notes what is known of a leaf, in the order of the UIDs. */
  learn(leaf: number, known: Verdicts): void {
    this.#known.set(leaf, known)
  }

  /** What is known of a leaf, to be written to. */
  known(leaf: number): Verdicts {
    const known = this.#known.get(leaf) ?? verdicts(this.#uids.length, UNKNOWN)
    this.#known.set(leaf, known)
    return known
  }

  /** Lets go of those that can be decided now. */
  decide(): void {
    const decided = this.#judge.verdicts(this.#known, this.#uids.length)
    const open: number[] = []
    for (let at = 0; at < decided.length; at++) {
      if (decided[at] === UNKNOWN) open.push(at)
      else if (decided[at] === YES) this.#hits.push(this.#uids[at]!)
    }
    if (open.length === this.#uids.length) return
    this.#uids = open.map((at) => this.#uids[at]!)
    for (const [leaf, known] of this.#known)
      this.#known.set(
        leaf,
        Uint8Array.from(open, (at) => known[at]!),
      )
  }
}
