import { ConcurrencyLimit } from '../concurrency.ts'
import { EvictionQueue } from './eviction-queue.ts'

export interface ConnectionLimits {
  readonly most: number
  readonly perAddress: number
  /** Of those on which one caller has signed in. */
  readonly perCaller?: number
}

/** From this part of a limit on, nobody has longer than `patience` milliseconds to sign in. */
const pressures = [
  { part: 0.9, patience: 3000 },
  { part: 0.75, patience: 10_000 },
]

/** The connections of one limit: of a protocol, or all of them. */
export class ConnectionTable {
  readonly limits: ConnectionLimits
  readonly addresses: ConcurrencyLimit
  readonly callers: ConcurrencyLimit
  /** Who goes first when there is no room, and who goes after those. */
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

  /** How long a connection may be without a sign-in now, in milliseconds; undefined while there is no pressure. */
  get patience(): number | undefined {
    return pressures.find(({ part }) => this.count >= part * this.limits.most)?.patience
  }

  /** Ends a connection to make room. Nobody on whose connection somebody has signed in is ended. */
  evict(): boolean {
    const victim = this.evictable.unauthenticated.next() ?? this.evictable.idle.next()
    victim?.evict()
    return victim !== undefined
  }
}
