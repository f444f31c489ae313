import type { World } from '../world.ts'
import type { EvictableConnection } from './eviction-queue.ts'
import type { FairShare } from './fair-share.ts'
import type { ConnectionTable } from './connection-table.ts'

/** How a connection waits: its sign-in has not come, or (HTTPS) it is between two requests. */
type Waiting = 'unauthenticated' | 'idle'
type ConnectionPhase = Waiting | 'authenticated'

/** Milliseconds after which a caller that waits asks for its share again, and how often it asks at most. */
const WAIT = 1000
const WAITS = 10

interface ConnectionDeps {
  readonly network: string
  readonly rooms: readonly ConnectionTable[]
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
  #standing: ConnectionPhase | undefined
  /** Sign-ins that have not been left. */
  #signedIn = 0
  #farewell: (() => void) | undefined
  #wasRefused = false
  readonly #closed = Promise.withResolvers<void>()

  constructor(deps: ConnectionDeps) {
    this.network = deps.network
    this.since = deps.world.elapsed()
    this.#deps = deps
    for (const room of deps.rooms) room.count += 1
    this.#stand('unauthenticated')
  }

  /** What is said and done when the connection has to make room, before it is destroyed. */
  beforeEviction(farewell: () => void): void {
    this.#farewell = farewell
  }

  /**
   * Somebody has signed in. Gives what is to be called when that ends, or undefined where the caller has as many
   * connections as one may have.
   */
  signIn(caller: string): (() => void) | undefined {
    const leave: (() => void)[] = []
    for (const { callers } of this.#deps.rooms) {
      const one = callers.enter(caller)
      if (one) leave.push(one)
    }
    const end = (): void => {
      for (const one of leave.splice(0)) one()
    }
    if (leave.length < this.#deps.rooms.length) {
      end()
      return undefined
    }
    this.#signedIn += 1
    this.#stand('authenticated')
    let over = false
    return () => {
      if (over) return
      over = true
      end()
      this.#signedIn -= 1
      if (this.#standing !== undefined && this.#signedIn === 0) this.#waits('unauthenticated')
    }
  }

  /** A sign-in or a request on the connection was refused. */
  refused(): void {
    this.#wasRefused = true
  }

  /**
   * Resolves when the next sign-in or request may be judged. That is at once, unless one was refused on this connection
   * and its network asks for more than its share of a busy server: then it waits, up to ten seconds.
   */
  async turn(): Promise<void> {
    const { share, world } = this.#deps
    for (let waits = 0; this.#wasRefused && waits < WAITS && !share.take(this.network); waits += 1) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const stop = world.after(WAIT, resolve)
      await Promise.race([promise, this.#closed.promise])
      stop()
      if (this.#standing === undefined) return
    }
  }

  /** Something was asked or answered on it, so its turn to make room comes later. */
  touch(): void {
    if (this.#standing === 'unauthenticated' || this.#standing === 'idle') this.#waits(this.#standing)
  }

  /** HTTPS: a request of somebody who proved who they are has been answered, and nothing else is asked. */
  idle(): void {
    if (this.#standing !== undefined && this.#signedIn === 0) this.#waits('idle')
  }

  evict(): void {
    if (this.#standing === undefined) return
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
    if (this.#standing === undefined) return
    this.#stand(undefined)
    this.#closed.resolve()
    for (const room of this.#deps.rooms) room.count -= 1
    this.#deps.over()
  }

  #waits(standing: Waiting): void {
    this.since = this.#deps.world.elapsed()
    this.#stand(standing)
  }

  #stand(standing: ConnectionPhase | undefined): void {
    for (const { evictable: crowds } of this.#deps.rooms) {
      if (this.#standing === 'unauthenticated' || this.#standing === 'idle') crowds[this.#standing].delete(this)
      if (standing === 'unauthenticated' || standing === 'idle') crowds[standing].add(this)
    }
    this.#standing = standing
  }
}
