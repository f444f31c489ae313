import { gatherSubjects } from './gather-subjects.ts'
import { bySentDate, childrenFirst, type Node, nodeOf, type Threadable, TURN, type Turns } from './threads.ts'

/** RFC 5256 §3 REFERENCES. */
export function* references(messages: readonly Threadable[]): Turns<Node[]> {
  const roots = prune(yield* link(messages))
  sortSiblings(roots)
  const gathered = gatherSubjects(roots.sort(bySentDate))
  // Step 6.
  sortSiblings(gathered)
  return gathered.sort(bySentDate)
}

/** Like REFERENCES, but subjects do not count, and the thread with the latest arrival comes last (draft-ietf-morg-inthread). */
export function* refs(messages: readonly Threadable[]): Turns<Node[]> {
  const roots = prune(yield* link(messages))
  sortSiblings(roots)
  const latest = new Map<Node, number>()
  for (const root of roots) latest.set(root, latestArrival(root))
  return roots.sort((one, other) => latest.get(one)! - latest.get(other)! || bySentDate(one, other))
}

function latestArrival(root: Node): number {
  let latest = 0
  for (const { message } of childrenFirst([root])) latest = Math.max(latest, message?.arrival ?? 0)
  return latest
}

/** Steps 1 and 2: who answers whom. Gives those that have no parent. */
function* link(messages: readonly Threadable[]): Turns<Node[]> {
  const byId: Node[] = []
  const nodes: Node[] = []
  const own = messages.map((message) => {
    const node = nodeOf(message)
    nodes.push(node)
    // Of two messages with one identifier the second has none.
    if (message.id >= 0) byId[message.id] ??= node
    return node
  })
  const named = (id: number): Node => {
    const known = byId[id]
    if (known) return known
    const missed = nodeOf(undefined)
    nodes.push(missed)
    byId[id] = missed
    return missed
  }
  const parents = new Parents()
  for (const [nth, node] of own.entries()) {
    if (nth % TURN === TURN - 1) yield
    let before: Node | undefined
    for (const id of node.message!.references) {
      const next = named(id)
      // Links that are there stay (step 1.A).
      if (before && !next.parent) parents.set(next, before)
      before = next
    }
    // Step 1.B: what the message says of itself counts more than what others say.
    if (before !== node.parent) parents.replace(node, before)
  }
  return rooted(nodes)
}

function rooted(nodes: readonly Node[]): Node[] {
  const roots: Node[] = []
  for (const node of nodes) {
    if (node.parent) node.parent.children.push(node)
    else roots.push(node)
  }
  return roots
}

/** Sets who is whose parent, without ever closing a loop. */
class Parents {
  readonly #parents = new Set<Node>()

  set(node: Node, parent: Node): void {
    if (this.#loops(node, parent)) return
    node.parent = parent
    this.#parents.add(parent)
  }

  replace(node: Node, parent: Node | undefined): void {
    node.parent = undefined
    if (parent) this.set(node, parent)
  }

  #loops(node: Node, parent: Node): boolean {
    if (node === parent) return true
    // Nobody is below it.
    if (!this.#parents.has(node)) return false
    for (let above = parent.parent; above; above = above.parent) if (above === node) return true
    return false
  }
}

/** Step 3: places without a message go, and what is below them moves up. */
function prune(roots: readonly Node[]): Node[] {
  for (const node of childrenFirst(roots)) {
    if (node.children.length > 0 && node.children.some(({ message }) => !message)) {
      node.children = node.children.flatMap((child) => (child.message ? [child] : child.children))
    }
  }
  // At the root several children stay together.
  return roots.flatMap((root) => (root.message || root.children.length > 1 ? [root] : root.children))
}

function sortSiblings(roots: readonly Node[]): void {
  for (const node of childrenFirst(roots)) if (node.children.length > 1) node.children.sort(bySentDate)
}
