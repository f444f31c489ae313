import type { Uid } from '../../../core/ids.ts'
import type { SearchKey } from '../types.ts'
import { type Ask, type Leaf, type LeafKey, leafOf } from './leaves.ts'

/**
 * The knowledge about many messages, one number each, in Kleene's order: AND is the minimum, OR the maximum, NOT the
 * opposite.
 */
export type Verdicts = Uint8Array<ArrayBuffer>

export const NO = 0
export const UNKNOWN = 1
export const YES = 2

export const verdictOf = (known: boolean): number => (known ? YES : NO)

export const verdicts = (count: number, verdict: number): Verdicts => new Uint8Array(count).fill(verdict)

/** One NO decides an AND and one YES an OR, even if others are unknown. */
function join(kind: 'and' | 'or', all: readonly Verdicts[], count: number): Verdicts {
  const joined = verdicts(count, kind === 'and' ? YES : NO)
  for (const some of all) {
    for (let at = 0; at < count; at++) {
      const verdict = some[at]!
      if (kind === 'and' ? verdict < joined[at]! : verdict > joined[at]!) joined[at] = verdict
    }
  }
  return joined
}

const opposite = (all: Verdicts): Verdicts => all.map((verdict) => YES - verdict)

/** The search in postfix order, with leaves by number, so that nesting of any depth needs no stack. */
type Step = number | { readonly join: 'and' | 'or'; readonly count: number } | 'not'

/** Leaves and their numbers. */
type Numbered<L extends Leaf> = readonly (readonly [number, L])[]
type LeafThat<K extends Leaf['asks']> = Extract<Leaf, { readonly asks: K }>

/** A search that judges many messages at once by what is known of each. */
export class Judge {
  readonly #leaves: readonly (readonly [number, Leaf])[]
  readonly #steps: readonly Step[]

  constructor(query: SearchKey) {
    const leaves: Leaf[] = []
    const steps: Step[] = []
    const pending: SearchKey[] = [query]
    for (let key = pending.pop(); key; key = pending.pop()) {
      if (key.key === 'not') {
        steps.push('not')
        pending.push(key.of)
      } else if (isJoin(key)) {
        steps.push({ join: key.key, count: key.of.length })
        for (const inner of key.of) pending.push(inner)
      } else {
        steps.push(leaves.push(leafOf(key)) - 1)
      }
    }
    this.#leaves = [...leaves.entries()]
    this.#steps = steps.toReversed()
  }

  /** The number of steps for each message. */
  get work(): number {
    return this.#steps.length
  }

  /** The leaves of a kind. */
  leaves<K extends Leaf['asks']>(asks: K): Numbered<LeafThat<K>> {
    return this.#leaves.filter((numbered): numbered is readonly [number, LeafThat<K>] => numbered[1].asks === asks)
  }

  /** `known`: verdicts by the number of the leaf, for leaves of which something is known. */
  verdicts(known: ReadonlyMap<number, Verdicts>, count: number): Verdicts {
    const nothing = verdicts(count, UNKNOWN)
    const stack: Verdicts[] = []
    for (const step of this.#steps) {
      if (typeof step === 'number') stack.push(known.get(step) ?? nothing)
      else if (step === 'not') stack.push(opposite(stack.pop()!))
      else stack.push(join(step.join, stack.splice(stack.length - step.count), count))
    }
    return stack[0]!
  }
}

const isJoin = (key: SearchKey): key is Exclude<SearchKey, LeafKey | { readonly key: 'not' }> =>
  key.key === 'or' || key.key === 'and'

/** Messages that are judged together. A message leaves the batch as soon as it is decided. */
export class SearchBatch {
  #uids: readonly Uid[]
  readonly #judge: Judge
  readonly #hits: Uid[]
  readonly #known = new Map<number, Verdicts>()

  /** `hits` collects the UIDs of messages that match. */
  constructor(uids: readonly Uid[], judge: Judge, hits: Uid[]) {
    this.#uids = uids
    this.#judge = judge
    this.#hits = hits
  }

  /** The messages that are not decided yet, ascending. */
  get uids(): readonly Uid[] {
    return this.#uids
  }

  /** Sets the verdicts of a leaf, in the order of the UIDs. */
  learn(leaf: number, known: Verdicts): void {
    this.#known.set(leaf, known)
  }

  /** The verdicts of a leaf, which the caller may change. */
  known(leaf: number): Verdicts {
    const known = this.#known.get(leaf) ?? verdicts(this.#uids.length, UNKNOWN)
    this.#known.set(leaf, known)
    return known
  }

  /** Removes the messages that can be decided now. */
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

/** Answers asks about many messages from kept texts. */
export interface KnownTexts {
  /** For each ask, verdicts in the order of the UIDs, which ascend. All asks of a call are of one kind. */
  answer(uids: readonly Uid[], asks: readonly Ask[], signal?: AbortSignal): Promise<readonly Verdicts[]>
}
