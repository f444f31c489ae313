import { SECOND } from '../time.ts'
import { CountedWarnings, type Log } from '../log.ts'
import { networkOf } from '../network.ts'
import type { World } from '../world.ts'
import { Connection, FairShare } from './connection.ts'
import { type ConnectionLimits, ConnectionTable } from './connection-table.ts'

/**
 * Why a connection is not accepted: there are too many from its address, its address asks for more than its share of a
 * busy server, or there are too many altogether.
 */
export type Excess = 'address' | 'all'

export interface AllLimits extends ConnectionLimits {
  /** Limit on the connections from one address without a sign-in. */
  readonly unauthenticatedPerAddress: number
}

/** Milliseconds between two searches for connections that take too long to sign in. */
const SEARCH_INTERVAL: number = SECOND

/**
 * All connections of all listeners, counted from the moment the system accepts them, before any handshake.
 *
 * At a limit the table closes a connection without a sign-in to make room: the oldest one of the address that has most
 * of them. HTTPS connections between two requests come next. A connection with a sign-in, or with a request whose token
 * was accepted, is never closed to make room.
 */
export class Connections {
  readonly #world: World
  readonly #log: CountedWarnings
  readonly #all: ConnectionTable
  readonly #tables: ConnectionTable[]
  readonly #unauthenticatedPerAddress: number
  readonly #share: FairShare
  readonly #open = new Set<Connection>()
  #watching = false

  constructor(
    limits: AllLimits,
    {
      world,
      log,
      isBehind = () => false,
    }: {
      readonly world: World
      readonly log: Log
      /** Whether the event loop is so late that work has to be shared. */
      readonly isBehind?: () => boolean
    },
  ) {
    this.#world = world
    this.#share = new FairShare(world, isBehind)
    this.#log = new CountedWarnings(world, log)
    this.#all = new ConnectionTable(limits)
    this.#tables = [this.#all]
    this.#unauthenticatedPerAddress = limits.unauthenticatedPerAddress
  }

  /** Number of open connections. */
  get count(): number {
    return this.#all.count
  }

  /** Connections refused, and closed to make room, since the start. */
  readonly counts = { refused: 0, evicted: 0 }

  /** The connections of one protocol, over all its listeners. */
  of(protocol: string, limits: ConnectionLimits): ProtocolConnections {
    const table = new ConnectionTable(limits)
    this.#tables.push(table)
    return {
      accept: (address, destroy) => this.#accept(protocol, table, { address, destroy }),
    }
  }

  /** Closes all open connections without a farewell. */
  destroy(): void {
    for (const connection of this.#open) connection.destroy()
  }

  #accept(
    protocol: string,
    table: ConnectionTable,
    { address, destroy }: { readonly address: string; readonly destroy: () => void },
  ): Connection | Excess {
    const network = networkOf(address)
    const excess = this.#share.take(network) ? this.#excess(table, network) : 'address'
    if (excess !== undefined) {
      this.counts.refused += 1
      this.#log.warn(
        `refused ${protocol} ${excess}`,
        { protocol, from: address, limit: excess },
        'a connection was refused',
      )
      return excess
    }
    const leave = [table, this.#all].map(({ addresses }) => addresses.enter(network)!)
    const connection: Connection = new Connection({
      network,
      tables: [table, this.#all],
      world: this.#world,
      share: this.#share,
      destroy,
      over: () => {
        this.#open.delete(connection)
        for (const one of leave) one()
      },
      evicted: () => {
        this.counts.evicted += 1
        this.#log.warn(`evicted ${protocol}`, { protocol, from: address }, 'a connection was closed to make room')
      },
    })
    this.#open.add(connection)
    const unauthenticated = this.#all.evictable.unauthenticated
    if (unauthenticated.sizeOf(network) > this.#unauthenticatedPerAddress) unauthenticated.oldestOf(network)?.evict()
    this.#watch()
    return connection
  }

  /** The reason to refuse a connection, after an attempt to make room. */
  #excess(table: ConnectionTable, network: string): Excess | undefined {
    if (!table.addresses.hasRoomFor(network) || !this.#all.addresses.hasRoomFor(network)) return 'address'
    if (table.isFull && !table.evict()) return 'all'
    return this.#all.isFull && !this.#all.evict() ? 'all' : undefined
  }

  /** Near a limit, closes connections that take too long to sign in. */
  #watch(): void {
    if (this.#watching || this.#tables.every(({ signInLimit }) => signInLimit === undefined)) return
    this.#watching = true
    this.#world.after(SEARCH_INTERVAL, () => {
      this.#watching = false
      for (const { signInLimit, evictable } of this.#tables) {
        if (signInLimit === undefined) continue
        for (const slow of evictable.unauthenticated.olderThan(this.#world.elapsed() - signInLimit)) slow.evict()
      }
      this.#watch()
    })
  }
}

/** The connections of one protocol. */
export interface ProtocolConnections {
  /**
   * `destroy` closes the connection at once. The caller must call {@link Connection.over} when the connection is
   * closed.
   */
  readonly accept: (address: string, destroy: () => void) => Connection | Excess
}
