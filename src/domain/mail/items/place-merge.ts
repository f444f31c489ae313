/** Places in ascending order of their values. */
export interface SortedPlaces {
  readonly places: Uint32Array
  readonly values: readonly number[]
}

interface Cursor {
  readonly list: number
  /** The number of places that were passed. */
  passed: number
}

/** Goes through several sorted lists as if they were one. Equal values follow the order of the lists. */
export class PlaceMerge {
  readonly #lists: readonly SortedPlaces[]
  readonly #descending: boolean
  /** A heap: the next place is that of the first. */
  readonly #heap: Cursor[] = []

  constructor(lists: readonly SortedPlaces[], descending: boolean) {
    this.#lists = lists
    this.#descending = descending
    for (const list of lists.keys()) this.#heap.push({ list, passed: 0 })
    this.#rebuild()
  }

  next(): { readonly list: number; readonly place: number } | undefined {
    const first = this.#heap[0]
    if (!first) return undefined
    const place = this.#placeAt(first.list, first.passed)
    first.passed++
    if (first.passed === this.#lists[first.list]!.places.length) {
      const last = this.#heap.pop()!
      if (last !== first) this.#heap[0] = last
    }
    this.#sink(0)
    return { list: first.list, place }
  }

  /** Passes places at the beginning, without going through all of them. Returns how many are left to pass. */
  skip(count: number): number {
    if (count === 0 || this.#heap.length === 0) return count
    if (this.#heap.length === 1) {
      const [only] = this.#heap
      const { length } = this.#lists[only!.list]!.places
      only!.passed = Math.min(count, length)
      this.#rebuild()
      return count - only!.passed
    }
    const value = this.#valueBefore(count)
    let passed = 0
    for (const cursor of this.#heap) {
      cursor.passed = this.#before(cursor.list, value)
      passed += cursor.passed
    }
    this.#rebuild()
    return count - passed
  }

  /** The last value in the order of the merge with at most `count` places before it. */
  #valueBefore(count: number): number {
    const values = this.#lists.flatMap(({ places, values }) =>
      places.length === 0 ? [] : [values[places[0]!]!, values[places.at(-1)!]!],
    )
    const finite = values.filter(Number.isFinite)
    const before = (value: number) => this.#lists.reduce((sum, _, list) => sum + this.#before(list, value), 0)
    const lowest = values.includes(-Infinity) ? -Infinity : Math.min(...finite)
    const sign = this.#descending ? -1 : 1
    // In the order of the merge, from a value with few places before it to one with too many.
    let [low, high] = this.#descending ? [Math.max(...finite, lowest), lowest] : [lowest, Math.max(...finite, lowest)]
    if (before(high) <= count) return high
    if (low === -Infinity) low = Math.min(...finite) - 1
    if (high === -Infinity) high = Math.min(...finite) - 1
    if (before(low) > count) return lowest
    if (before(high) <= count) return high
    while ((high - low) * sign > 1) {
      const middle = Math.floor((low + high) / 2)
      if (before(middle) <= count) low = middle
      else high = middle
    }
    return low
  }

  /** The number of places of a list before the value, in the order of the merge. */
  #before(list: number, value: number): number {
    const { places, values } = this.#lists[list]!
    let [low, high] = [0, places.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      const at = values[this.#placeAt(list, middle)]!
      if (this.#descending ? at > value : at < value) low = middle + 1
      else high = middle
    }
    return low
  }

  #placeAt(list: number, passed: number): number {
    const { places } = this.#lists[list]!
    return places[this.#descending ? places.length - 1 - passed : passed]!
  }

  #rebuild(): void {
    const left = this.#heap.filter(({ list, passed }) => passed < this.#lists[list]!.places.length)
    this.#heap.splice(0, this.#heap.length, ...left)
    for (let at = (left.length >>> 1) - 1; at >= 0; at--) this.#sink(at)
  }

  #sink(start: number): void {
    const heap = this.#heap
    for (let at = start; ;) {
      let least = at
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && this.#precedes(heap[child]!, heap[least]!)) least = child
      }
      if (least === at) return
      const moved = heap[at]!
      heap[at] = heap[least]!
      heap[least] = moved
      at = least
    }
  }

  #precedes(one: Cursor, other: Cursor): boolean {
    const [a, b] = [this.#valueAt(one), this.#valueAt(other)]
    if (a !== b) return this.#descending ? a > b : a < b
    return this.#descending ? one.list > other.list : one.list < other.list
  }

  #valueAt({ list, passed }: Cursor): number {
    return this.#lists[list]!.values[this.#placeAt(list, passed)]!
  }
}
