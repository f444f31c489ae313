import type { Log } from '../log.ts'
import { networkOf } from '../network.ts'
import type { World } from '../world.ts'
import { Connection } from './connection.ts'
import { FairShare } from './fair-share.ts'
import { type ConnectionLimits, ConnectionTable } from './connection-table.ts'
import { CountedWarnings } from '../sampled-log.ts'

/**
 * Why a connection is not accepted: there are too many from its address, its address asks for more than its share of a
 * busy server, or there are too many altogether.
 */
export type Excess = 'address' | 'all'

export interface AllLimits extends ConnectionLimits {
  /** Of those from one address on which nobody has signed in. */
  readonly unauthenticatedPerAddress: number
}

/** How often connections that take too long to sign in are looked for, in milliseconds. */
const LOOK = 1000

/**
 * Every connection of every listener, counted from the moment at which the system hands it over, before any handshake.
 *
 * When a limit is reached, connections on which nobody has signed in make room: of the address that has most of them,
 * the oldest. HTTPS connections between two requests go after those. A connection on which somebody has signed in, or
 * whose request has an accepted token, is never ended for another.
 */
export class Connections {
  readonly #world: World
  readonly #log: CountedWarnings
  readonly #all: ConnectionTable
  readonly #rooms: ConnectionTable[]
  readonly #strangersPerAddress: number
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
      /** Whether the server is late. */ readonly isBehind?: () => boolean
    },
  ) {
    this.#world = world
    this.#share = new FairShare(world, isBehind)
    this.#log = new CountedWarnings(world, log)
    this.#all = new ConnectionTable(limits)
    this.#rooms = [this.#all]
    this.#strangersPerAddress = limits.unauthenticatedPerAddress
  }

  /** How many are open. */
  get count(): number {
    return this.#all.count
  }

  /** How many were not accepted, and how many had to make room, since the start. */
  readonly counts = { refused: 0, evicted: 0 }

  /** The connections of one protocol, over all its listeners. */
  of(protocol: string, limits: ConnectionLimits): ProtocolConnections {
    const room = new ConnectionTable(limits)
    this.#rooms.push(room)
    return {
      accept: (address, destroy) => this.#accept(protocol, room, { address, destroy }),
    }
  }

  /** Ends all that are still open, without a word. */
  destroy(): void {
    for (const connection of this.#open) connection.destroy()
  }

  #accept(
    protocol: string,
    room: ConnectionTable,
    { address, destroy }: { readonly address: string; readonly destroy: () => void },
  ): Connection | Excess {
    const network = networkOf(address)
    const excess = this.#share.take(network) ? this.#excess(room, network) : 'address'
    if (excess !== undefined) {
      this.counts.refused += 1
      this.#log.warn(
        `refused ${protocol} ${excess}`,
        { protocol, from: address, limit: excess },
        'a connection was refused',
      )
      return excess
    }
    const leave = [room, this.#all].map(({ addresses }) => addresses.enter(network)!)
    const connection: Connection = new Connection({
      network,
      rooms: [room, this.#all],
      world: this.#world,
      share: this.#share,
      destroy,
      over: () => {
        this.#open.delete(connection)
        for (const one of leave) one()
      },
      evicted: () => {
        this.counts.evicted += 1
        this.#log.warn(`evicted ${protocol}`, { protocol, from: address }, 'a connection had to make room')
      },
    })
    this.#open.add(connection)
    const strangers = this.#all.evictable.unauthenticated
    if (strangers.sizeOf(network) > this.#strangersPerAddress) strangers.oldestOf(network)?.evict()
    this.#watch()
    return connection
  }

  /** Makes room where that can be done. */
  #excess(room: ConnectionTable, network: string): Excess | undefined {
    if (!room.addresses.hasRoomFor(network) || !this.#all.addresses.hasRoomFor(network)) return 'address'
    if (room.isFull && !room.evict()) return 'all'
    return this.#all.isFull && !this.#all.evict() ? 'all' : undefined
  }

  /** While a limit is near, looks again and again for connections that have taken too long to sign in. */
  #watch(): void {
    if (this.#watching || this.#rooms.every(({ patience }) => patience === undefined)) return
    this.#watching = true
    this.#world.after(LOOK, () => {
      this.#watching = false
      for (const { patience, evictable: crowds } of this.#rooms) {
        if (patience === undefined) continue
        for (const slow of crowds.unauthenticated.olderThan(this.#world.elapsed() - patience)) slow.evict()
      }
      this.#watch()
    })
  }
}

/** The connections of one protocol. */
export interface ProtocolConnections {
  /** `destroy` closes the connection at once. Whoever gets a connection calls {@link Connection.over} in the end. */
  readonly accept: (address: string, destroy: () => void) => Connection | Excess
}
