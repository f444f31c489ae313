import type { Uid } from '../../../core/ids.ts'
import type { Thread } from '../types.ts'
import { byRanks, type Steps } from './ranks.ts'

/** Messages as threading sees them, by number. Equal ranks are equal dates or subjects. */
export interface Threadables {
  /** Ascending. */
  readonly uids: readonly Uid[]
  readonly dates: Uint32Array
  readonly arrivals: Uint32Array
  /** 0 for the empty subject. */
  readonly subjects: Uint32Array
  readonly links: Links
}

/** The identifiers and references of messages. Identifiers are numbers below `names`. */
export interface Links {
  readonly names: number
  /** -1 if the message has no identifier. */
  readonly ids: Int32Array
  /** 1 if the message is a reply. */
  readonly replies: Int32Array
  /** The references of all messages, and where those of each begin and end; the oldest first. */
  readonly references: Int32Array
  readonly begins: Int32Array
  readonly ends: Int32Array
}

/** Messages that are handled between two turns of the event loop. */
export const MESSAGES_PER_STEP = 32_768

export const NOBODY = -1

/**
 * The parent of each node. A node is a message's number, or a larger number for a missing message. Missing messages are
 * always roots.
 */
export interface Forest {
  /** {@link NOBODY} for roots. Has messages only. */
  readonly parents: Int32Array
  /** The number of nodes, with missing messages. */
  readonly places: number
}

/** RFC 5256 §2.2: equal dates stay in the order of the folder. */
export function* byDate(ranks: Uint32Array): Steps<Uint32Array> {
  const different = ranks.reduce((most, rank) => Math.max(most, rank), 0) + 1
  return yield* byRanks(ranks.length, [{ ranks, different, reverse: false }])
}

/** The roots, sorted by date. A missing message has the date of its earliest child. */
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

/** The threads with these roots. Siblings are sorted by date. */
export function* threadsOf(
  { uids }: Threadables,
  { parents, places }: Forest,
  order: Uint32Array,
  roots: readonly number[],
): Steps<readonly Thread[]> {
  // Where the children of each node begin in the list of all children.
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
  return roots.map((place) => new TreeThread(wood, place))
}

interface ThreadTree {
  readonly uids: readonly Uid[]
  readonly begins: Uint32Array
  readonly children: Uint32Array
}

const none: readonly Thread[] = []

/** Creates children at each access, so that millions of threads need no memory. */
class TreeThread implements Thread {
  readonly #wood: ThreadTree
  readonly #place: number

  constructor(wood: ThreadTree, place: number) {
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
    for (let at = begin; at < end; at++) below.push(new TreeThread(this.#wood, children[at]!))
    return below
  }
}
