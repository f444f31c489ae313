/** A connection that the server may close to make room for another. */
export interface EvictableConnection {
  /** The address, or the IPv6 network, that it comes from. */
  readonly network: string
  /** The time since which it waits, in milliseconds since the epoch. */
  readonly since: number
  /** Closes the connection to make room. */
  evict(): void
}

/** Connections that may be closed to make room, in the order of eviction. */
export class EvictionQueue {
  /** The oldest first. */
  readonly #members = new Set<EvictableConnection>()
  /** The connections of each network, the oldest first. */
  readonly #networks = new Map<string, Set<EvictableConnection>>()
  /** The networks by their number of connections. */
  readonly #bySize = new Map<number, Set<string>>()
  #largest = 0

  get size(): number {
    return this.#members.size
  }

  sizeOf(network: string): number {
    return this.#networks.get(network)?.size ?? 0
  }

  /** Adds a connection as the youngest. */
  add(member: EvictableConnection): void {
    const { network } = member
    const own = this.#networks.get(network) ?? new Set()
    this.#networks.set(network, own)
    this.#move(network, own.size, own.size + 1)
    own.add(member)
    this.#members.add(member)
  }

  delete(member: EvictableConnection): void {
    if (!this.#members.delete(member)) return
    const { network } = member
    const own = this.#networks.get(network)!
    this.#move(network, own.size, own.size - 1)
    own.delete(member)
    if (own.size === 0) this.#networks.delete(network)
  }

  oldestOf(network: string): EvictableConnection | undefined {
    return first(this.#networks.get(network))
  }

  /** The oldest connection of the network with the most; of several such networks, the one that reached it first. */
  next(): EvictableConnection | undefined {
    const network = first(this.#bySize.get(this.#largest))
    return network === undefined ? undefined : this.oldestOf(network)
  }

  /** The connections that have waited since before `moment`. */
  olderThan(moment: number): readonly EvictableConnection[] {
    const old: EvictableConnection[] = []
    for (const member of this.#members) {
      if (member.since >= moment) break
      old.push(member)
    }
    return old
  }

  #move(network: string, from: number, to: number): void {
    const left = this.#bySize.get(from)
    left?.delete(network)
    if (left?.size === 0) this.#bySize.delete(from)
    if (to > 0) {
      const joined = this.#bySize.get(to) ?? new Set()
      this.#bySize.set(to, joined)
      joined.add(network)
    }
    this.#largest = to > this.#largest || !this.#bySize.has(this.#largest) ? to : this.#largest
  }
}

function first<T>(all: ReadonlySet<T> | undefined): T | undefined {
  for (const one of all ?? []) return one
  return undefined
}
