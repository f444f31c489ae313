/** A share of at most this many octets is small: it may use the reserve of a budget. */
export const SMALL_SHARE = 64 * 1024

const nothing = (): void => {}

/** What of a share counts as large: all of it, or nothing. */
export const largeOctets = (octets: number): number => (octets > SMALL_SHARE ? octets : 0)

/** Gives a share back. A second call does nothing. */
export type GiveBack = () => void

export interface BudgetOptions {
  /** Octets that only small shares may use; see {@link SMALL_SHARE}. */
  readonly reserve?: number
  /** Octets that one caller may hold; a quarter of the budget when absent. */
  readonly perCaller?: number
}

/** One caller in the queue. */
interface Waiting {
  readonly octets: number
  readonly go: () => void
}

/**
 * Octets of memory (or disk) that many connections share. Nobody is charged for what a client announces: take a share
 * for what is here, and grow it as more arrives (see {@link GrowingShare}).
 *
 * A caller is whoever the octets are for: an app, a user, or the network of an address before the sign-in. One caller
 * holds at most a quarter of the budget, so that no caller keeps the others waiting; a caller that holds nothing may
 * take one share of any size. Callers that wait are served in turn, each in its own order. Without a caller there is no
 * such limit.
 *
 * Whoever holds a share must not wait for another without a time limit.
 */
export class OctetBudget {
  readonly #whole: number
  readonly #reserve: number
  readonly #perCaller: number
  #used = 0
  /** Octets of shares that are not small. */
  #large = 0
  readonly #held = new Map<string, number>()
  /** The caller that is next comes first. */
  readonly #waiting = new Map<string | undefined, Waiting[]>()
  /** Whether somebody waits for the budget itself, and not for its own other shares. */
  #short = false

  constructor(octets: number, options: BudgetOptions = {}) {
    this.#whole = octets
    this.#reserve = options.reserve ?? 0
    this.#perCaller = options.perCaller ?? Math.floor(octets / 4)
  }

  /** Whether somebody waits for a share. */
  get contended(): boolean {
    return this.#waiting.size > 0
  }

  /** Whether so many octets more would be too many for this caller alone. */
  isCapped(octets: number, caller: string): boolean {
    return !this.#allows(octets, caller)
  }

  /** The most that shares may hold which are not small. */
  get forLarge(): number {
    return this.#whole - this.#reserve
  }

  /** The same as {@link tryTake}, but never a smaller share because the whole budget is smaller. */
  tryTakeAll(octets: number, caller?: string): GiveBack | undefined {
    return octets > this.#whole ? undefined : this.tryTake(octets, caller)
  }

  /** "Give back", or undefined when there is no room now, or when others wait for it. */
  tryTake(octets: number, caller?: string): GiveBack | undefined {
    const share = this.#atMost(octets)
    if (this.#short || this.#waiting.has(caller)) return undefined
    if (!this.#allows(share, caller) || !this.#fits(share)) return undefined
    return this.#taken(share, caller)
  }

  /** Resolves with "give back" once there is room, or with one that does nothing when `gone` is aborted first. */
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
        // A share that is small no longer leaves the reserve with all of its octets.
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

  /** A share that is larger than the whole budget takes the whole. */
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

  /** Serves whoever can be served, a caller at a time; stops at the first for whom the budget itself has no room. */
  #next(): void {
    this.#short = false
    for (const [caller, mine] of this.#waiting) {
      const { octets, go } = mine[0]!
      if (!this.#allows(octets, caller)) continue
      if (!this.#fits(octets)) {
        this.#short = true
        return
      }
      // The caller goes to the end of the line, where this loop finds it again.
      this.#waiting.delete(caller)
      mine.shift()
      if (mine.length > 0) this.#waiting.set(caller, mine)
      go()
    }
  }
}

/** A share that is charged for what has arrived, and never waits. */
export interface GrowingShare {
  readonly octets: number
  /** Whether there was room for so many octets more; false leaves the share as it was. */
  grow(octets: number): boolean
  /** Gives back all of it; the share is empty then and may grow again. */
  giveBack(): void
}
