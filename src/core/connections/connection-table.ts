import { ConcurrencyLimit } from '../concurrency.ts'
import { SECOND } from '../time.ts'

export interface ConnectionLimits {
  readonly most: number
  readonly perAddress: number
  /** Limit on the connections with a sign-in of one caller. */
  readonly perCaller?: number
}

/** At this part of the limit, a client has only `signInLimit` milliseconds to sign in. */
const pressures = [
  { part: 0.9, signInLimit: 3 * SECOND },
  { part: 0.75, signInLimit: 10 * SECOND },
]

/** The connections under one limit: those of a protocol, or all. */
export class ConnectionTable {
  readonly limits: ConnectionLimits
  readonly addresses: ConcurrencyLimit
  readonly callers: ConcurrencyLimit
  /** The connections that may be closed to make room: first those without a sign-in, then idle ones. */
  readonly evictable = { unauthenticated: new EvictionQueue(), idle: new EvictionQueue() }
  count = 0

  constructor(limits: ConnectionLimits) {
    this.limits = limits
    this.addresses = new ConcurrencyLimit(limits.perAddress)
    this.callers = new ConcurrencyLimit(limits.perCaller ?? Number.POSITIVE_INFINITY)
  }

  get isFull(): boolean {
    return this.count >= this.limits.most
  }

  /** Milliseconds that a connection may be without a sign-in now; undefined if the limit is not near. */
  get signInLimit(): number | undefined {
    return pressures.find(({ part }) => this.count >= part * this.limits.most)?.signInLimit
  }

  /** Closes a connection without a sign-in to make room. Returns false if all have one. */
  evict(): boolean {
    const victim = this.evictable.unauthenticated.next() ?? this.evictable.idle.next()
    victim?.evict()
    return victim !== undefined
  }
}

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
class EvictionQueue {
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
