/** A share of at most this many octets is small: it may use the reserve of a budget. */
export const SMALL_SHARE = 64 * 1024

const nothing = (): void => {}

/** The octets of a share that count as large: all of them, or none. */
export const largeOctets = (octets: number): number => (octets > SMALL_SHARE ? octets : 0)

/** Returns a share to its budget. A second call does nothing. */
export type GiveBack = () => void

export interface BudgetOptions {
  /** Octets that only small shares may use; see {@link SMALL_SHARE}. */
  readonly reserve?: number
  /** Octets that one caller may hold; by default a quarter of the budget. */
  readonly perCaller?: number
}

/** One caller in the queue. */
interface Waiting {
  readonly octets: number
  readonly go: () => void
}

/**
 * Octets of memory (or disk) that many connections share. An announced size is not charged: take a share for the octets
 * that have arrived, and let it grow as more arrive (see {@link GrowingShare}).
 *
 * The caller is an app, a user, or before the sign-in the network of an address. One caller holds at most a quarter of
 * the budget, so that no caller makes the others wait. A caller that holds nothing may take one share of any size.
 * Waiting callers are served by turns, each in its own order. A share without a caller has no such limit.
 *
 * The holder of a share must not wait for another share without a time limit.
 */
export class OctetBudget {
  readonly #whole: number
  readonly #reserve: number
  readonly #perCaller: number
  #used = 0
  /** Octets of shares that are not small. */
  #large = 0
  readonly #held = new Map<string, number>()
  /** The next caller is the first entry. */
  readonly #waiting = new Map<string | undefined, Waiting[]>()
  /** Whether a caller waits because the budget is used up, and not because of its own limit. */
  #short = false

  constructor(octets: number, options: BudgetOptions = {}) {
    this.#whole = octets
    this.#reserve = options.reserve ?? 0
    this.#perCaller = options.perCaller ?? Math.floor(octets / 4)
  }

  /** Whether a caller waits for a share. */
  get contended(): boolean {
    return this.#waiting.size > 0
  }

  /** Whether that many more octets would exceed the limit of this caller. */
  isCapped(octets: number, caller: string): boolean {
    return !this.#allows(octets, caller)
  }

  /** The octets that large shares may hold together. */
  get forLarge(): number {
    return this.#whole - this.#reserve
  }

  /** Like {@link tryTake}, but gives no smaller share if the budget itself is smaller. */
  tryTakeAll(octets: number, caller?: string): GiveBack | undefined {
    return octets > this.#whole ? undefined : this.tryTake(octets, caller)
  }

  /** Undefined if the budget has no room now, or if other callers wait. */
  tryTake(octets: number, caller?: string): GiveBack | undefined {
    const share = this.#atMost(octets)
    if (this.#short || this.#waiting.has(caller)) return undefined
    if (!this.#allows(share, caller) || !this.#fits(share)) return undefined
    return this.#taken(share, caller)
  }

  /** Resolves once the budget has room. If `gone` is aborted first, the result does nothing. */
  async take(octets: number, gone: AbortSignal, caller?: string): Promise<GiveBack> {
    return this.tryTake(octets, caller) ?? this.#turn(this.#atMost(octets), gone, caller)
  }

  /** An empty share that grows with what arrives. */
  growing(caller: string | undefined): GrowingShare {
    let octets = 0
    return {
      get octets() {
        return octets
      },
      grow: (more) => {
        // A share that becomes large leaves the reserve with all its octets.
        const large = largeOctets(octets + more) - largeOctets(octets)
        if (this.#used + more > this.#whole || this.#heldBy(caller) + more > this.#limitOf(caller)) return false
        if (large > 0 && (this.#short || this.#large + large > this.forLarge)) return false
        this.#count(more, large, caller)
        octets += more
        return true
      },
      giveBack: () => {
        const given = octets
        octets = 0
        if (given > 0) this.#giveBack(given, caller)
      },
    }
  }

  /** A share larger than the budget takes the whole budget. */
  #atMost(octets: number): number {
    return Math.min(octets, octets > SMALL_SHARE ? this.forLarge : this.#whole)
  }

  #fits(octets: number): boolean {
    if (this.#used + octets > this.#whole) return false
    return octets <= SMALL_SHARE || this.#large + octets <= this.forLarge
  }

  #allows(octets: number, caller: string | undefined): boolean {
    const held = this.#heldBy(caller)
    return held === 0 || held + octets <= this.#limitOf(caller)
  }

  #limitOf(caller: string | undefined): number {
    return caller === undefined ? Infinity : this.#perCaller
  }

  #heldBy(caller: string | undefined): number {
    return caller === undefined ? 0 : (this.#held.get(caller) ?? 0)
  }

  #taken(octets: number, caller: string | undefined): GiveBack {
    this.#count(octets, largeOctets(octets), caller)
    let held = true
    return () => {
      if (!held) return
      held = false
      this.#giveBack(octets, caller)
    }
  }

  #giveBack(octets: number, caller: string | undefined): void {
    this.#count(-octets, -largeOctets(octets), caller)
    this.#next()
  }

  #count(octets: number, large: number, caller: string | undefined): void {
    this.#used += octets
    this.#large += large
    if (caller === undefined) return
    const held = this.#heldBy(caller) + octets
    if (held > 0) this.#held.set(caller, held)
    else this.#held.delete(caller)
  }

  #turn(octets: number, gone: AbortSignal, caller: string | undefined): Promise<GiveBack> {
    if (gone.aborted) return Promise.resolve(nothing)
    return new Promise((resolve) => {
      const go = (): void => {
        gone.removeEventListener('abort', leave)
        resolve(this.#taken(octets, caller))
      }
      const waiting = { octets, go }
      const leave = (): void => {
        const mine = this.#waiting.get(caller)!
        mine.splice(mine.indexOf(waiting), 1)
        if (mine.length === 0) this.#waiting.delete(caller)
        resolve(nothing)
        this.#next()
      }
      const mine = this.#waiting.get(caller)
      if (mine) mine.push(waiting)
      else this.#waiting.set(caller, [waiting])
      gone.addEventListener('abort', leave, { once: true })
      this.#short ||= this.#allows(octets, caller)
    })
  }

  /** Serves one waiting share of each caller in turn. Stops when the budget has no room for the next one. */
  #next(): void {
    this.#short = false
    for (const [caller, mine] of this.#waiting) {
      const { octets, go } = mine[0]!
      if (!this.#allows(octets, caller)) continue
      if (!this.#fits(octets)) {
        this.#short = true
        return
      }
      // The caller moves to the end of the queue, where this loop finds it again.
      this.#waiting.delete(caller)
      mine.shift()
      if (mine.length > 0) this.#waiting.set(caller, mine)
      go()
    }
  }
}

/** A share that grows with the octets that arrive, and never waits. */
export interface GrowingShare {
  readonly octets: number
  /** Adds octets to the share. Returns false, and adds nothing, if the budget has no room for them. */
  grow(octets: number): boolean
  /** Returns all octets. The share is then empty and may grow again. */
  giveBack(): void
}

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
