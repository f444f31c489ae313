import type { Server, Socket } from 'node:net'
import { createServer as createTlsServer, type Server as TlsServer, type TlsOptions } from 'node:tls'
import type { Connection } from '../core/connections/connection.ts'
import type { Excess, ProtocolConnections } from '../core/connections/connections.ts'
import type { Log } from '../core/log.ts'
import { HANDSHAKE, Wire } from '../core/wire.ts'
import type { World } from '../core/world.ts'
import type { LineProtocol } from '../protocols/line/session.ts'

/** Takes the connections that a port accepts. */
export interface ConnectionHandler {
  readonly take: (socket: Socket) => void
  /** The server that does the TLS handshakes; it listens on no port of its own. */
  readonly tls?: TlsServer
}

/** Hands each connection to a line protocol, over TLS from the first octet when `tls` is given. */
export function lineHandler(
  protocol: LineProtocol,
  deps: { world: World; log: Log; connections: ProtocolConnections; tls?: TlsOptions },
): ConnectionHandler {
  const { world, log, connections, tls } = deps
  const talk = (socket: Socket, connection: Connection): void => {
    const wire = new Wire(socket, world)
    connection.beforeEviction(() => wire.drop(protocol.tooManyConnections('all')))
    protocol
      .accept(wire, connection)
      .catch((thrown: unknown) => log.error({ err: thrown }, 'A connection failed'))
      .finally(() => wire.end())
  }
  const accepted = new AcceptedSockets(connections)
  if (!tls) {
    return {
      take(socket) {
        const connection = accepted.take(socket)
        if (typeof connection === 'object') talk(socket, connection)
        else if (connection !== undefined) socket.end(protocol.tooManyConnections(connection), 'latin1').destroySoon()
      },
    }
  }
  const server = createTlsServer({ ...tls, handshakeTimeout: HANDSHAKE }, (socket) => {
    const connection = accepted.of(socket)
    if (connection) talk(socket, connection)
    else socket.destroy()
  })
  server.on('tlsClientError', (thrown, socket) => {
    log.debug({ reason: thrown.message }, 'A TLS handshake failed')
    socket.destroy()
  })
  return { take: (socket) => accepted.secure(socket, server), tls: server }
}

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
