import type { Socket } from 'node:net'
import { createServer as createTlsServer, type Server as TlsServer, type TlsOptions } from 'node:tls'
import type { Connection } from '../core/connections/connection.ts'
import type { ProtocolConnections } from '../core/connections/connections.ts'
import type { Log } from '../core/log.ts'
import { HANDSHAKE, Wire } from '../core/wire.ts'
import type { World } from '../core/world.ts'
import type { LineProtocol } from '../protocols/line/line-protocol.ts'
import { AcceptedSockets } from './accepted-sockets.ts'

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
    connection.beforeEviction(() => wire.drop(protocol.noRoom('all')))
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
        else if (connection !== undefined) socket.end(protocol.noRoom(connection), 'latin1').destroySoon()
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
