import type { SearchKey } from '../types.ts'
import { type Leaf, type LeafKey, leafOf } from './leaves.ts'
import { join, opposite, UNKNOWN, type Verdicts, verdicts } from './verdicts.ts'

/** The search in postfix order, leaves by their numbers: nesting of any depth takes no stack. */
type Step = number | { readonly join: 'and' | 'or'; readonly count: number } | 'not'

/** Leaves and their numbers. */
export type Numbered<L extends Leaf> = readonly (readonly [number, L])[]
type LeafThat<K extends Leaf['asks']> = Extract<Leaf, { readonly asks: K }>

/** A search, ready to judge many messages at once by what is known of each. */
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

  /** What is done for each message. */
  get work(): number {
    return this.#steps.length
  }

  /** The leaves that ask so. */
  leaves<K extends Leaf['asks']>(asks: K): Numbered<LeafThat<K>> {
    return this.#leaves.filter((numbered): numbered is readonly [number, LeafThat<K>] => numbered[1].asks === asks)
  }

  /** `known`: by the numbers of the leaves, of those of which something is known. */
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
