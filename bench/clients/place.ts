import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** Where a protocol is spoken. */
export interface Place {
  readonly host: string
  readonly port: number
  /** Present where TLS begins at once: the PEM of the authority to trust. */
  readonly ca?: string
}

/** Opens a connection; failures come as the socket's own events. */
export function dial({ host, port, ca }: Place): Socket {
  const socket = ca === undefined ? connect({ host, port }) : connectTls({ host, port, ca, servername: 'localhost' })
  return socket.setNoDelay(true)
}
