/** What request bodies that are being received or worked on hold in memory, charged as it arrives. */
export class BodyBudget {
  readonly #callers: Part
  readonly #strangers: Part

  /** A quarter of the octets is for requests without an accepted token, so that these never keep callers out. */
  constructor(octets: number) {
    const strangers = Math.floor(octets / 4)
    this.#callers = new Part(octets - strangers)
    this.#strangers = new Part(strangers)
  }

  /** Octets held now, over all requests. */
  get held(): number {
    return this.#callers.held + this.#strangers.held
  }

  /** For the body of an admitted caller, by its id. */
  ofCaller(id: string): Share {
    return this.#callers.share(id)
  }

  /** For a body that anybody may send, by the network it comes from. */
  ofStranger(network: string): Share {
    return this.#strangers.share(network)
  }
}

/** What one body holds. */
export interface Share {
  /** Whether there was room for so many octets more. */
  readonly take: (octets: number) => boolean
  /** To be called in the end; again, it does nothing. */
  readonly giveBack: () => void
}

interface Sharer {
  held: number
  shares: number
}

class Part {
  readonly #octets: number
  readonly #sharers = new Map<string, Sharer>()
  held = 0

  constructor(octets: number) {
    this.#octets = octets
  }

  share(id: string): Share {
    const sharer = this.#sharers.get(id) ?? { held: 0, shares: 0 }
    this.#sharers.set(id, sharer)
    sharer.shares += 1
    let held = 0
    let over = false
    return {
      take: (octets) => {
        if (over || this.held + octets > this.#octets) return false
        // One body of any size that its route takes is always possible; several have a quarter in common.
        if (sharer.shares > 1 && sharer.held + octets > this.#octets / 4) return false
        held += octets
        sharer.held += octets
        this.held += octets
        return true
      },
      giveBack: () => {
        if (over) return
        over = true
        this.held -= held
        sharer.held -= held
        sharer.shares -= 1
        if (sharer.shares === 0) this.#sharers.delete(id)
      },
    }
  }
}
