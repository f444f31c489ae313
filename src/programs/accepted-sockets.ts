import type { Server, Socket } from 'node:net'
import type { Connection } from '../core/connections/connection.ts'
import type { Excess, ProtocolConnections } from '../core/connections/connections.ts'

/** Counts the sockets that a listener accepts, from before any TLS handshake until they are closed. */
export class AcceptedSockets {
  readonly #connections: ProtocolConnections
  readonly #byEnds = new Map<string, Connection>()

  constructor(connections: ProtocolConnections) {
    this.#connections = connections
  }

  /** Begins the TLS handshake on a socket, unless there is no room for its connection. */
  secure(socket: Socket, server: Server): void {
    const connection = this.take(socket)
    if (typeof connection === 'object') server.emit('connection', socket)
    else socket.destroy()
  }

  /** Undefined if the client has left already. */
  take(socket: Socket): Connection | Excess | undefined {
    const { remoteAddress } = socket
    if (remoteAddress === undefined) {
      socket.destroy()
      return undefined
    }
    const address = remoteAddress.replace(/^::ffff:/, '')
    const connection = this.#connections.accept(address, () => socket.destroy())
    if (typeof connection === 'string') {
      socket.on('error', () => {})
      return connection
    }
    const ends = endsOf(socket)
    this.#byEnds.set(ends, connection)
    socket.once('close', () => {
      if (this.#byEnds.get(ends) === connection) this.#byEnds.delete(ends)
      connection.over()
    })
    return connection
  }

  /** The connection of a socket, or of the TLS socket over it: both have the same addresses and ports. */
  of(socket: Socket): Connection | undefined {
    return this.#byEnds.get(endsOf(socket))
  }
}

/** The key of a TCP connection: its addresses and ports (RFC 9293 §3.3.1). */
const endsOf = ({ remoteAddress, remotePort, localAddress, localPort }: Socket): string =>
  `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`
