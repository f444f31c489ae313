/** How many there are under each name, and never more than so many. */
export class ConcurrencyLimit {
  readonly #most: number
  readonly #counts = new Map<string, number>()

  constructor(most: number) {
    this.#most = most
  }

  hasRoomFor(name: string): boolean {
    return (this.#counts.get(name) ?? 0) < this.#most
  }

  /** "One less", to be called once, or undefined where there is no room for one more. */
  enter(name: string): (() => void) | undefined {
    if (!this.hasRoomFor(name)) return undefined
    const here = this.#counts.get(name) ?? 0
    this.#counts.set(name, here + 1)
    return () => {
      const left = this.#counts.get(name)! - 1
      if (left > 0) this.#counts.set(name, left)
      else this.#counts.delete(name)
    }
  }
}
