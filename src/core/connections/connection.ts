import type { World } from '../world.ts'
import type { ConnectionTable, EvictableConnection } from './connection-table.ts'

/** A connection that waits: without a sign-in, or (HTTPS) between two requests. */
type Waiting = 'unauthenticated' | 'idle'
type ConnectionPhase = Waiting | 'authenticated'

/** Milliseconds after which a caller that waits asks for its share again, and how often it asks at most. */
const WAIT = 1000
const WAITS = 10
/** Pipelined requests of one connection that may wait. */
const MOST_WAITING = 20

interface ConnectionDeps {
  readonly network: string
  readonly tables: readonly ConnectionTable[]
  readonly world: World
  readonly share: FairShare
  readonly destroy: () => void
  readonly over: () => void
  readonly evicted: () => void
}

/** One connection, from accept to close. */
export class Connection implements EvictableConnection {
  readonly network: string
  since: number
  readonly #deps: ConnectionDeps
  #phase: ConnectionPhase | undefined
  /** Sign-ins that have not ended. */
  #signedIn = 0
  #farewell: (() => void) | undefined
  #wasRefused = false
  #waiting = 0
  readonly #closed = Promise.withResolvers<void>()

  constructor(deps: ConnectionDeps) {
    this.network = deps.network
    this.since = deps.world.elapsed()
    this.#deps = deps
    for (const table of deps.tables) table.count += 1
    this.#enter('unauthenticated')
  }

  /** `farewell` runs before the connection is closed to make room. */
  beforeEviction(farewell: () => void): void {
    this.#farewell = farewell
  }

  /**
   * Counts the connection for a caller that has signed in. Returns the function that ends the sign-in; undefined if the
   * caller has as many connections as one caller may have.
   */
  signIn(caller: string): (() => void) | undefined {
    const entries: (() => void)[] = []
    for (const { callers } of this.#deps.tables) {
      const entry = callers.enter(caller)
      if (entry) entries.push(entry)
    }
    const end = (): void => {
      for (const leave of entries.splice(0)) leave()
    }
    if (entries.length < this.#deps.tables.length) {
      end()
      return undefined
    }
    this.#signedIn += 1
    this.#enter('authenticated')
    let over = false
    return () => {
      if (over) return
      over = true
      end()
      this.#signedIn -= 1
      if (this.#phase !== undefined && this.#signedIn === 0) this.#wait('unauthenticated')
    }
  }

  get isOpen(): boolean {
    return this.#phase !== undefined
  }

  /** A sign-in or a request on the connection was refused. */
  refused(): void {
    this.#wasRefused = true
  }

  /**
   * Resolves when the next sign-in or request may be judged. It waits, for ten seconds at most, if one was refused on
   * this connection or it is pipelined, and if its network asks for more than its share of a busy server. A connection
   * on which too many requests wait is closed, because each of them holds memory.
   */
  async turn({ isPipelined = false } = {}): Promise<void> {
    const { share, world } = this.#deps
    if (!this.#wasRefused && !isPipelined) return
    for (let waits = 0; waits < WAITS && !share.take(this.network); waits += 1) {
      if (this.#waiting >= MOST_WAITING) return this.destroy()
      this.#waiting += 1
      const { promise, resolve } = Promise.withResolvers<void>()
      const stop = world.after(WAIT, resolve)
      await Promise.race([promise, this.#closed.promise])
      stop()
      this.#waiting -= 1
      if (this.#phase === undefined) return
    }
  }

  /** There was traffic on the connection, so it goes to the end of the eviction queue. */
  touch(): void {
    if (this.#phase === 'unauthenticated' || this.#phase === 'idle') this.#wait(this.#phase)
  }

  /** HTTPS: a request of an authenticated caller has been answered, and no other is pending. */
  idle(): void {
    if (this.#phase !== undefined && this.#signedIn === 0) this.#wait('idle')
  }

  evict(): void {
    if (this.#phase === undefined) return
    this.#deps.evicted()
    this.#farewell?.()
    this.destroy()
  }

  destroy(): void {
    this.#deps.destroy()
    this.over()
  }

  /** The connection is closed. */
  over(): void {
    if (this.#phase === undefined) return
    this.#enter(undefined)
    this.#closed.resolve()
    for (const table of this.#deps.tables) table.count -= 1
    this.#deps.over()
  }

  #wait(phase: Waiting): void {
    this.since = this.#deps.world.elapsed()
    this.#enter(phase)
  }

  #enter(phase: ConnectionPhase | undefined): void {
    for (const { evictable } of this.#deps.tables) {
      if (this.#phase === 'unauthenticated' || this.#phase === 'idle') evictable[this.#phase].delete(this)
      if (phase === 'unauthenticated' || phase === 'idle') evictable[phase].add(this)
    }
    this.#phase = phase
  }
}

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
