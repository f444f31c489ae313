/** A caller may hold this part of the whole. */
const SHARE = 1 / 4
/** Whoever holds no more than this part is refused nothing, however much others hold. */
const RESERVE = 1 / 64

/** Memory that callers hold for long, by their names: bounded as a whole, and fair. */
export class MemoryShares {
  readonly #most: number
  readonly #held = new Map<string, number>()
  #octets = 0

  /** So many octets in all. */
  constructor(most: number) {
    this.#most = most
  }

  get octets(): number {
    return this.#octets
  }

  /** Whether there is room for so much more under a name. */
  hasRoomFor(name: string, octets: number): boolean {
    const own = (this.#held.get(name) ?? 0) + octets
    if (own <= this.#most * RESERVE) return true
    return own <= this.#most * SHARE && this.#octets + octets <= this.#most
  }

  /** Counts so much more, or less, under a name; see {@link hasRoomFor}. */
  add(name: string, octets: number): void {
    const own = (this.#held.get(name) ?? 0) + octets
    if (own > 0) this.#held.set(name, own)
    else this.#held.delete(name)
    this.#octets += octets
  }

  /** Counts so much more where there is room for it. */
  take(name: string, octets: number): boolean {
    const taken = octets <= 0 || this.hasRoomFor(name, octets)
    if (taken) this.add(name, octets)
    return taken
  }
}
