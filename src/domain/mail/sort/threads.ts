import type { Uid } from '../../../core/ids.ts'
import type { Thread } from '../types.ts'
import { byRanks, type Steps } from './ranks.ts'

/** Messages as threading sees them, each by its number; equal ranks are equal dates or subjects. */
export interface Threadables {
  /** Ascending. */
  readonly uids: readonly Uid[]
  readonly dates: Uint32Array
  readonly arrivals: Uint32Array
  /** 0 for the empty one. */
  readonly subjects: Uint32Array
  readonly links: Links
}

/** What messages say of themselves and of those that they follow; names are numbers below `names`. */
export interface Links {
  readonly names: number
  /** -1 where it has none. */
  readonly ids: Int32Array
  /** 1 where it is a reply. */
  readonly replies: Int32Array
  /** Of all of them, and where those of each message begin and end; the oldest first. */
  readonly references: Int32Array
  readonly begins: Int32Array
  readonly ends: Int32Array
}

/** Between two turns so many messages are looked at. */
export const MESSAGES_PER_STEP = 32_768

export const NOBODY = -1

/**
 * Who stands below whom. A place is a message's number, or a larger one where a message is missed; places that are missed
 * stand at the top only.
 */
export interface Forest {
  /** {@link NOBODY} above those at the top; of messages alone. */
  readonly parents: Int32Array
  /** Places in all, missed ones among them. */
  readonly places: number
}

/** RFC 5256 §2.2: equal dates stay in the order of the folder. */
export function* byDate(ranks: Uint32Array): Steps<Uint32Array> {
  const different = ranks.reduce((most, rank) => Math.max(most, rank), 0) + 1
  return yield* byRanks(ranks.length, [{ ranks, different, reverse: false }])
}

/** The places at the top in the order of their dates: one that is missed counts as the first that stands below it. */
export function* tops({ parents, places }: Forest, order: Uint32Array): Steps<number[]> {
  const seen = new Uint8Array(places)
  const found: number[] = []
  for (let nth = 0; nth < order.length; nth++) {
    if (nth % MESSAGES_PER_STEP === MESSAGES_PER_STEP - 1) yield
    const message = order[nth]!
    const parent = parents[message]!
    if (parent === NOBODY) found.push(message)
    else if (parent >= parents.length && seen[parent] === 0) {
      seen[parent] = 1
      found.push(parent)
    }
  }
  return found
}

/** The threads whose first places these are, siblings in the order of their dates. */
export function* grown(
  { uids }: Threadables,
  { parents, places }: Forest,
  order: Uint32Array,
  roots: readonly number[],
): Steps<readonly Thread[]> {
  // Where the children of each begin among all of them.
  const begins = new Uint32Array(places + 1)
  for (let message = 0; message < parents.length; message++) {
    if (message % MESSAGES_PER_STEP === MESSAGES_PER_STEP - 1) yield
    const parent = parents[message]!
    if (parent !== NOBODY) begins[parent + 1]! += 1
  }
  for (let place = 0; place < places; place++) begins[place + 1]! += begins[place]!
  yield
  const next = begins.slice()
  const children = new Uint32Array(begins[places]!)
  for (let nth = 0; nth < order.length; nth++) {
    if (nth % MESSAGES_PER_STEP === MESSAGES_PER_STEP - 1) yield
    const parent = parents[order[nth]!]!
    if (parent !== NOBODY) children[next[parent]!++] = order[nth]!
  }
  const wood = { uids, begins, children }
  return roots.map((place) => new Grown(wood, place))
}

interface Wood {
  readonly uids: readonly Uid[]
  readonly begins: Uint32Array
  readonly children: Uint32Array
}

const none: readonly Thread[] = []

/** What is below is made each time that it is asked for: millions of them need no memory. */
class Grown implements Thread {
  readonly #wood: Wood
  readonly #place: number

  constructor(wood: Wood, place: number) {
    this.#wood = wood
    this.#place = place
  }

  get uid(): Uid | undefined {
    return this.#wood.uids[this.#place]
  }

  get children(): readonly Thread[] {
    const { begins, children } = this.#wood
    const [begin, end] = [begins[this.#place]!, begins[this.#place + 1]!]
    if (begin === end) return none
    const below: Thread[] = []
    for (let at = begin; at < end; at++) below.push(new Grown(this.#wood, children[at]!))
    return below
  }
}
