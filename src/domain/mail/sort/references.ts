import type { Thread } from '../types.ts'
import { DynamicForest } from './dynamic-forest.ts'
import { gatherSubjects } from './gather-subjects.ts'
import type { Turns } from './in-turns.ts'
import { byDate, type Forest, grown, NOBODY, type Threadables, tops, TURN } from './threads.ts'

/** RFC 5256 §3 REFERENCES. */
export function* references(messages: Threadables): Turns<readonly Thread[]> {
  const order = yield* byDate(messages.dates)
  yield
  const linked = yield* prune(yield* link(messages), messages.uids.length)
  const gathered = yield* gatherSubjects(messages, linked, yield* tops(linked, order))
  // Step 6.
  return yield* grown(messages, gathered, order, yield* tops(gathered, order))
}

/** Like REFERENCES, but subjects do not count, and the thread with the latest arrival comes last (draft-ietf-morg-inthread). */
export function* refs(messages: Threadables): Turns<readonly Thread[]> {
  const order = yield* byDate(messages.dates)
  yield
  const forest = yield* prune(yield* link(messages), messages.uids.length)
  const last = yield* lastArrivals(yield* byDate(messages.arrivals), forest)
  const roots = yield* tops(forest, order)
  return yield* grown(
    messages,
    forest,
    order,
    roots.sort((one, other) => last[one]! - last[other]!),
  )
}

/** By the place at the top of a thread: where among all in the order of arrival the last of the thread is. */
function* lastArrivals(order: Uint32Array, { parents, places }: Forest): Turns<Uint32Array> {
  const top = new Climb(parents, (place) => place < parents.length && parents[place] !== NOBODY)
  const last = new Uint32Array(places)
  for (const [nth, message] of order.entries()) {
    if (nth % TURN === TURN - 1) yield
    last[top.from(message)] = nth
  }
  return last
}

/** Steps 1 and 2: who answers whom. A message's number is its place, a name that no message has is one of those behind. */
function* link({ uids, links }: Threadables): Turns<Int32Array> {
  const count = uids.length
  const places = new Int32Array(links.names)
  for (let name = 0; name < links.names; name++) places[name] = count + name
  // Of two messages with one name the second has none.
  for (let message = count - 1; message >= 0; message--) {
    const id = links.ids[message]!
    if (id >= 0) places[id] = message
  }
  yield
  const parents = new Parents(count + links.names)
  for (let message = 0; message < count; message++) {
    if (message % TURN === TURN - 1) yield
    let before = NOBODY
    for (let at = links.begins[message]!; at < links.ends[message]!; at++) {
      const next = places[links.references[at]!]!
      // Links that are there stay (step 1.A).
      if (before !== NOBODY && parents.of[next] === NOBODY) parents.set(next, before)
      before = next
    }
    // Step 1.B: what the message says of itself counts more than what others say.
    if (before !== parents.of[message]) parents.replace(message, before)
  }
  return parents.of
}

/** Steps that are climbed before the forest is asked: most messages are near the top of their threads. */
const CLIMBED = 32

/** Sets who is whose parent, without ever closing a loop. */
class Parents {
  readonly of: Int32Array
  readonly #isParent: Uint8Array
  readonly #forest: DynamicForest

  constructor(places: number) {
    this.of = new Int32Array(places).fill(NOBODY)
    this.#isParent = new Uint8Array(places)
    this.#forest = new DynamicForest(places)
  }

  /** For a place at the top. */
  set(place: number, parent: number): void {
    if (this.#loops(place, parent)) return
    this.of[place] = parent
    this.#isParent[parent] = 1
    this.#forest.link(place, parent)
  }

  replace(place: number, parent: number): void {
    if (this.of[place] !== NOBODY) this.#forest.cut(place)
    this.of[place] = NOBODY
    if (parent !== NOBODY) this.set(place, parent)
  }

  /** Whether the place, which is at the top, is above the parent. */
  #loops(place: number, parent: number): boolean {
    if (place === parent) return true
    // Nobody is below it.
    if (this.#isParent[place] === 0) return false
    let above = this.of[parent]!
    for (let steps = 0; steps < CLIMBED; steps++) {
      if (above === NOBODY || above === place) return above === place
      above = this.of[above]!
    }
    // Messages from outside can make threads of any depth.
    return this.#forest.rootOf(parent) === place
  }
}

/**
 * Step 3: places that are missed go, and what is below them moves up. At the top several children stay together, below
 * the place that is missed.
 */
function* prune(linked: Int32Array, count: number): Turns<Forest> {
  const parents = new Int32Array(count)
  const above = new Climb(linked, (place) => place >= count && linked[place] !== NOBODY)
  const children = new Uint32Array(linked.length)
  for (let message = 0; message < count; message++) {
    if (message % TURN === TURN - 1) yield
    const named = linked[message]!
    const parent = named === NOBODY ? NOBODY : above.from(named)
    parents[message] = parent
    if (parent !== NOBODY) children[parent]! += 1
  }
  yield
  for (let message = 0; message < count; message++) {
    const parent = parents[message]!
    if (parent >= count && children[parent] === 1) parents[message] = NOBODY
  }
  return { parents, places: linked.length }
}

/** From a place up to the first that is not passed over; each way is gone once. */
class Climb {
  readonly #parents: Int32Array
  readonly #isPassed: (place: number) => boolean
  readonly #known: Int32Array

  constructor(parents: Int32Array, isPassed: (place: number) => boolean) {
    this.#parents = parents
    this.#isPassed = isPassed
    this.#known = new Int32Array(parents.length).fill(NOBODY)
  }

  from(place: number): number {
    const passed: number[] = []
    let at = place
    while (this.#isPassed(at)) {
      passed.push(at)
      const known = this.#known[at]!
      at = known === NOBODY ? this.#parents[at]! : known
    }
    for (const each of passed) this.#known[each] = at
    return at
  }
}
