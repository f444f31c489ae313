import type { World } from '../world.ts'

/** Milliseconds over which work is counted. */
const PERIOD = 1000
/** Pieces of work in a period that a network may have beyond the average of the active ones. */
const ALLOWANCE = { usual: 500, behind: 50 }

/**
 * Shares the work of a busy server among the networks that ask for it. A piece of work is a new connection or a refused
 * request. While other networks are active, a network gets no more pieces in a second than the active networks have
 * on average, and 500; while the server is behind, and 50. A network that is alone is not limited.
 */
export class FairShare {
  readonly #world: World
  readonly #isBehind: () => boolean
  #period = 0
  /** Pieces of work in this period, by network. */
  #counts = new Map<string, number>()
  #total = 0
  /** The networks that were active in the period before. */
  #before: ReadonlyMap<string, number> = new Map()
  /** Number of networks that are active in this period or were in the one before. */
  #active = 0

  constructor(world: World, isBehind: () => boolean) {
    this.#world = world
    this.#isBehind = isBehind
  }

  /** Counts a piece of work. Returns false, and counts nothing, if the network has had its share of this second. */
  take(network: string): boolean {
    this.#next()
    const had = this.#counts.get(network) ?? 0
    const free = this.#isBehind() ? ALLOWANCE.behind : ALLOWANCE.usual
    if (had >= free && had >= free + this.#average(network)) return false
    if (had === 0 && !this.#before.has(network)) this.#active += 1
    this.#counts.set(network, had + 1)
    this.#total += 1
    return true
  }

  /** The average of the active networks; infinite if no other network is active. */
  #average(network: string): number {
    const isActive = this.#counts.has(network) || this.#before.has(network)
    const others = this.#active - Number(isActive)
    return others === 0 ? Number.POSITIVE_INFINITY : this.#total / (others + 1)
  }

  #next(): void {
    const period = Math.floor(this.#world.elapsed() / PERIOD)
    if (period === this.#period) return
    this.#before = period === this.#period + 1 ? this.#counts : new Map()
    this.#period = period
    this.#counts = new Map()
    this.#active = this.#before.size
    this.#total = 0
  }
}
