const NONE = -1

/**
 * Trees that can be joined and cut, with the root of each node, in logarithmic amortized time: a link/cut tree (D.
 * Sleator, R. Tarjan, "A Data Structure for Dynamic Trees", 1983). Each recently used path is a splay tree, ordered
 * from the root down.
 */
export class DynamicForest {
  /** The parent in the splay tree, or the node that the splay tree hangs from. */
  readonly #up: Int32Array
  readonly #left: Int32Array
  readonly #right: Int32Array

  constructor(nodes: number) {
    this.#up = new Int32Array(nodes).fill(NONE)
    this.#left = new Int32Array(nodes).fill(NONE)
    this.#right = new Int32Array(nodes).fill(NONE)
  }

  /** Joins two trees: the root of one becomes a child of a node of the other. */
  link(root: number, parent: number): void {
    this.#access(root)
    this.#up[root] = parent
  }

  /** Cuts a node from its parent: it becomes a root. */
  cut(node: number): void {
    this.#access(node)
    const above = this.#left[node]!
    if (above === NONE) return
    this.#up[above] = NONE
    this.#left[node] = NONE
  }

  rootOf(node: number): number {
    this.#access(node)
    let root = node
    for (let next = this.#left[root]!; next !== NONE; next = this.#left[root]!) root = next
    this.#splay(root)
    return root
  }

  /** Makes the path from the root to the node one splay tree, with the node at its top. */
  #access(node: number): void {
    this.#splay(node)
    this.#right[node] = NONE
    for (let above = this.#up[node]!; above !== NONE; above = this.#up[node]!) {
      this.#splay(above)
      this.#right[above] = node
      this.#splay(node)
    }
  }

  #splay(node: number): void {
    while (!this.#isTop(node)) {
      const parent = this.#up[node]!
      if (!this.#isTop(parent)) {
        const grandparent = this.#up[parent]!
        const straight = (this.#left[parent] === node) === (this.#left[grandparent] === parent)
        this.#rotate(straight ? parent : node)
      }
      this.#rotate(node)
    }
  }

  #rotate(node: number): void {
    const parent = this.#up[node]!
    const above = this.#up[parent]!
    const [near, far] = this.#left[parent] === node ? [this.#left, this.#right] : [this.#right, this.#left]
    if (!this.#isTop(parent)) {
      const side = this.#left[above] === parent ? this.#left : this.#right
      side[above] = node
    }
    this.#up[node] = above
    const moved = far[node]!
    near[parent] = moved
    if (moved !== NONE) this.#up[moved] = parent
    far[node] = parent
    this.#up[parent] = node
  }

  #isTop(node: number): boolean {
    const up = this.#up[node]!
    return up === NONE || (this.#left[up] !== node && this.#right[up] !== node)
  }
}
