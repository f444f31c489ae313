import { ConcurrencyLimit } from '../concurrency.ts'
import { SECOND } from '../duration.ts'
import { EvictionQueue } from './eviction-queue.ts'

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
