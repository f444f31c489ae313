/** One caller may hold this part of the memory. */
const SHARE = 1 / 4
/** A caller always gets this part, however much others hold. */
const RESERVE = 1 / 64

/** Counts memory that callers hold for a long time, with limits for all of it and for each caller. */
export class MemoryShares {
  readonly #most: number
  readonly #held = new Map<string, number>()
  #octets = 0

  /** `most`: octets of all callers together. */
  constructor(most: number) {
    this.#most = most
  }

  get octets(): number {
    return this.#octets
  }

  /** Whether the caller may hold that many more octets. */
  hasRoomFor(name: string, octets: number): boolean {
    const own = (this.#held.get(name) ?? 0) + octets
    if (own <= this.#most * RESERVE) return true
    return own <= this.#most * SHARE && this.#octets + octets <= this.#most
  }

  /** Adds octets to the caller's share, or subtracts them; see {@link hasRoomFor}. */
  add(name: string, octets: number): void {
    const own = (this.#held.get(name) ?? 0) + octets
    if (own > 0) this.#held.set(name, own)
    else this.#held.delete(name)
    this.#octets += octets
  }

  /** Adds octets to the caller's share if it may hold them. Returns whether it did. */
  take(name: string, octets: number): boolean {
    const taken = octets <= 0 || this.hasRoomFor(name, octets)
    if (taken) this.add(name, octets)
    return taken
  }
}
