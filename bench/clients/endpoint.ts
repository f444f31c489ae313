import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** Where a protocol is spoken. */
export interface Endpoint {
  readonly host: string
  readonly port: number
  /** Present where TLS begins at once: the PEM of the authority to trust. */
  readonly ca?: string
  /** The local address to connect from; the system chooses one if absent. */
  readonly from?: string
  /** Milliseconds without an octet from the server after which the client gives up; none if absent. */
  readonly timeout?: number
}

/** Opens a connection; failures come as the socket's own events. */
export function openSocket(place: Endpoint): Socket {
  const { host, port, ca, from, timeout: patience } = place
  const where = { host, port, ...(from === undefined ? {} : { localAddress: from }) }
  const socket = ca === undefined ? connect(where) : connectTls({ ...where, ca, servername: 'localhost' })
  if (patience !== undefined) {
    socket.setTimeout(patience, () => socket.destroy(new Error(`No answer for ${patience} ms`)))
  }
  return socket.setNoDelay(true)
}
