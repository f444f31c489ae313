import type { FolderId, Uid } from '../../../core/ids.ts'
import { whileAllowed } from '../revoked.ts'
import type { FolderIndex, Thread, Threading } from '../types.ts'
import { DynamicForest } from './dynamic-forest.ts'
import { runInSteps, type Steps } from './ranks.ts'
import type { SortColumns, SortContext } from './sort-columns.ts'
import { among } from './sort-messages.ts'
import { byDate, type Forest, threadsOf, NOBODY, type Threadables, tops, MESSAGES_PER_STEP } from './threads.ts'

/**
 * The threads of the messages with these ascending UIDs. Skips messages that do not exist. `given` cancels long work.
 */
export async function threads(
  box: SortContext,
  folder: FolderId,
  uids: readonly Uid[],
  by: Threading,
  given?: AbortSignal,
): Promise<readonly Thread[]> {
  const signal = whileAllowed(box, given)
  const opened = await box.indexes.open(box.id, folder)
  try {
    const messages = await threadables(box.sortColumns, opened.index, uids, signal)
    return await runInSteps(algorithms[by](messages), signal)
  } finally {
    opened.close()
  }
}

const algorithms: Readonly<Record<Threading, (messages: Threadables) => Steps<readonly Thread[]>>> = {
  orderedsubject: orderedSubject,
  references,
  refs,
}

async function threadables(
  columns: SortColumns,
  index: FolderIndex,
  asked: readonly Uid[],
  signal: AbortSignal | undefined,
): Promise<Threadables> {
  const [date, arrival, subject, links] = await Promise.all([
    columns.keys(index, 'date', signal),
    columns.keys(index, 'arrival', signal),
    columns.keys(index, 'subject', signal),
    columns.links(index, signal),
  ])
  const uids = [date, arrival, subject, links].reduce((left, { uids }) => among(uids, left), asked)
  // If there is an empty subject, it has the lowest rank.
  const from = subject.holdsEmpty ? 0 : 1
  return {
    uids,
    dates: date.ranksOf(uids),
    arrivals: arrival.ranksOf(uids),
    subjects: subject.ranksOf(uids).map((rank) => rank + from),
    links: links.linksOf(uids),
  }
}

/** RFC 5256 §3 REFERENCES. */
export function* references(messages: Threadables): Steps<readonly Thread[]> {
  const order = yield* byDate(messages.dates)
  yield
  const linked = yield* prune(yield* link(messages), messages.uids.length)
  const gathered = yield* gatherSubjects(messages, linked, yield* tops(linked, order))
  // Step 6.
  return yield* threadsOf(messages, gathered, order, yield* tops(gathered, order))
}

/** Like REFERENCES, but ignores subjects and sorts threads by their latest arrival (draft-ietf-morg-inthread). */
export function* refs(messages: Threadables): Steps<readonly Thread[]> {
  const order = yield* byDate(messages.dates)
  yield
  const forest = yield* prune(yield* link(messages), messages.uids.length)
  const last = yield* lastArrivals(yield* byDate(messages.arrivals), forest)
  const roots = yield* tops(forest, order)
  return yield* threadsOf(
    messages,
    forest,
    order,
    roots.sort((one, other) => last[one]! - last[other]!),
  )
}

/** By the root of a thread: the position of its latest message in the order of arrival. */
function* lastArrivals(order: Uint32Array, { parents, places }: Forest): Steps<Uint32Array> {
  const top = new Ancestors(parents, (place) => place < parents.length && parents[place] !== NOBODY)
  const last = new Uint32Array(places)
  for (const [nth, message] of order.entries()) {
    if (nth % MESSAGES_PER_STEP === MESSAGES_PER_STEP - 1) yield
    last[top.from(message)] = nth
  }
  return last
}

/**
 * Steps 1 and 2: links messages to their parents. The node of a message is its number; nodes of missing messages
 * follow.
 */
function* link({ uids, links }: Threadables): Steps<Int32Array> {
  const count = uids.length
  const places = new Int32Array(links.names)
  for (let name = 0; name < links.names; name++) places[name] = count + name
  // If two messages have the same identifier, the second has none.
  for (let message = count - 1; message >= 0; message--) {
    const id = links.ids[message]!
    if (id >= 0) places[id] = message
  }
  yield
  const parents = new Parents(count + links.names)
  for (let message = 0; message < count; message++) {
    if (message % MESSAGES_PER_STEP === MESSAGES_PER_STEP - 1) yield
    let before = NOBODY
    for (let at = links.begins[message]!; at < links.ends[message]!; at++) {
      const next = places[links.references[at]!]!
      // Existing links stay (step 1.A).
      if (before !== NOBODY && parents.of[next] === NOBODY) parents.set(next, before)
      before = next
    }
    // Step 1.B: the message's own references override the links that other messages imply.
    if (before !== parents.of[message]) parents.replace(message, before)
  }
  return parents.of
}

/** Steps up the tree before the forest is asked. Most messages are near the root of their thread. */
const STEPS_UP = 32

/** Sets parents without ever closing a loop. */
class Parents {
  readonly of: Int32Array
  readonly #isParent: Uint8Array
  readonly #forest: DynamicForest

  constructor(places: number) {
    this.of = new Int32Array(places).fill(NOBODY)
    this.#isParent = new Uint8Array(places)
    this.#forest = new DynamicForest(places)
  }

  /** For a root. */
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

  /** True if the place, which is a root, is above the parent. */
  #loops(place: number, parent: number): boolean {
    if (place === parent) return true
    // It has no children.
    if (this.#isParent[place] === 0) return false
    let above = this.of[parent]!
    for (let steps = 0; steps < STEPS_UP; steps++) {
      if (above === NOBODY || above === place) return above === place
      above = this.of[above]!
    }
    // Senders can make threads of any depth.
    return this.#forest.rootOf(parent) === place
  }
}

/**
 * Step 3: removes missing messages and moves their children up. At the top, several children stay together below the
 * missing message.
 */
function* prune(linked: Int32Array, count: number): Steps<Forest> {
  const parents = new Int32Array(count)
  const above = new Ancestors(linked, (place) => place >= count && linked[place] !== NOBODY)
  const children = new Uint32Array(linked.length)
  for (let message = 0; message < count; message++) {
    if (message % MESSAGES_PER_STEP === MESSAGES_PER_STEP - 1) yield
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

/** Finds the first node above that is not skipped. Each path is walked once. */
class Ancestors {
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

/** RFC 5256 §3 REFERENCES, step 5: joins threads with the same base subject. `roots` are sorted by date. */
function* gatherSubjects(messages: Threadables, forest: Forest, roots: readonly number[]): Steps<Forest> {
  const parents = forest.parents.slice()
  const count = parents.length
  const firsts = yield* firstBelow(forest, messages)
  const subjectOf = (place: number): number => messages.subjects[place < count ? place : firsts[place - count]!]!
  const isReply = (place: number): boolean => place < count && messages.links.replies[place] === 1
  const table = subjectTable(roots, { count, subjectOf, isReply })
  yield
  /** Where the children of a missing message have moved. */
  const moved = new Map<number, number>()
  let places = forest.places
  for (let nth = 0; nth < roots.length; nth++) {
    if (nth % MESSAGES_PER_STEP === MESSAGES_PER_STEP - 1) yield
    const place = roots[nth]!
    const subject = subjectOf(place)
    const other = subject === 0 ? undefined : table.get(subject)
    if (other === undefined || other === place) continue
    if (other >= count) {
      if (place < count) parents[place] = other
      else moved.set(place, other)
    } else if (isReply(place) && !isReply(other)) {
      parents[place] = other
    } else {
      // Neither answers the other: both become children of a missing message. The table prefers the earlier of equals.
      const both = places++
      parents[other] = parents[place] = both
      table.set(subject, both)
    }
  }
  yield
  if (moved.size > 0) {
    for (let message = 0; message < count; message++)
      parents[message] = moved.get(parents[message]!) ?? parents[message]!
  }
  return { parents, places }
}

/** For each missing message, its child with the earliest date, by its distance behind the messages. */
function* firstBelow({ parents, places }: Forest, { dates }: Threadables): Steps<Int32Array> {
  const firsts = new Int32Array(places - parents.length).fill(NOBODY)
  for (let message = 0; message < parents.length; message++) {
    if (message % MESSAGES_PER_STEP === MESSAGES_PER_STEP - 1) yield
    const at = parents[message]! - parents.length
    if (at < 0) continue
    const first = firsts[at]!
    if (first === NOBODY || dates[message]! < dates[first]!) firsts[at] = message
  }
  return firsts
}

interface SubjectLookup {
  readonly count: number
  readonly subjectOf: (place: number) => number
  readonly isReply: (place: number) => boolean
}

/**
 * The thread for each subject that others are joined with: preferably a missing message, then a message that is no
 * reply.
 */
function subjectTable(roots: readonly number[], { count, subjectOf, isReply }: SubjectLookup): Map<number, number> {
  const table = new Map<number, number>()
  for (const place of roots) {
    const subject = subjectOf(place)
    if (subject === 0) continue
    const there = table.get(subject)
    const prefers = there !== undefined && there < count && (place >= count || (isReply(there) && !isReply(place)))
    if (there === undefined || prefers) table.set(subject, place)
  }
  return table
}

/** RFC 5256 §3 ORDEREDSUBJECT: messages with the same subject, with the earliest as parent of the others. */
export function* orderedSubject(messages: Threadables): Steps<readonly Thread[]> {
  const order = yield* byDate(messages.dates)
  const parents = new Int32Array(order.length).fill(NOBODY)
  const firsts = new Map<number, number>()
  for (let nth = 0; nth < order.length; nth++) {
    if (nth % MESSAGES_PER_STEP === MESSAGES_PER_STEP - 1) yield
    const message = order[nth]!
    const subject = messages.subjects[message]!
    const first = firsts.get(subject)
    if (first === undefined) firsts.set(subject, message)
    else parents[message] = first
  }
  const forest = { parents, places: order.length }
  return yield* threadsOf(messages, forest, order, yield* tops(forest, order))
}
