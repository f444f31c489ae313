/** Which columns a thread keeps, within a budget. */
export class Residents {
  readonly #budget: number
  /** Octets by the columns' keys, the least recently used first. */
  readonly #columns = new Map<string, number>()
  #octets = 0

  constructor(budget: number) {
    this.#budget = budget
  }

  has(key: string): boolean {
    return this.#columns.has(key)
  }

  /** It was used, or has just come. */
  use(key: string, octets?: number): void {
    const known = this.#columns.get(key)
    const size = octets ?? known
    if (size === undefined) throw new Error(`${key} is not here`)
    this.#octets += size - (known ?? 0)
    this.#columns.delete(key)
    this.#columns.set(key, size)
  }

  /** It is not to be used any more. */
  drop(key: string): void {
    this.#octets -= this.#columns.get(key) ?? 0
    this.#columns.delete(key)
  }

  /** Takes out what goes beyond the budget. Their keys. */
  shrink(): readonly string[] {
    const dropped: string[] = []
    for (const [key, octets] of this.#columns) {
      if (this.#octets <= this.#budget) break
      this.#columns.delete(key)
      this.#octets -= octets
      dropped.push(key)
    }
    return dropped
  }

  clear(): void {
    this.#columns.clear()
    this.#octets = 0
  }
}
