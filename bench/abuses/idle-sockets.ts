import { setTimeout as pause } from 'node:timers/promises'
import { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { openSocket, type Endpoint } from '../clients/endpoint.ts'
import type { Abuse, Tally } from './abuse.ts'

/** Connections that are dialled at a time, and milliseconds between two such groups. */
const GROUP = 100
const BETWEEN = 20
/** Connections by the second that take the place of those which the server closed. */
const REDIALS = 200
/** Milliseconds within which as many as there will be are open. */
const RAMP = 20_000

interface Silence {
  readonly place: Endpoint
  readonly first?: Buffer
}

/** Connections to every listener that say nothing, or begin a TLS handshake and do not finish it. */
export const idleSockets: Abuse = async ({ places, volume }, tally) => {
  const hello = await clientHello()
  const silences: Silence[] = [
    ...Object.values(places).map((place: Endpoint) => ({ place: tcp(place) })),
    ...[places.imaps, places.pop3s, places.https].map((place) => ({ place: tcp(place), first: hello })),
    ...[places.imaps, places.https].map((place) => ({ place: tcp(place), first: hello.subarray(0, 60) })),
  ]
  const closed: Silence[] = []
  const end = performance.now() + RAMP
  for (let made = 0; made < volume.sockets && performance.now() < end; made += GROUP) {
    const count = Math.min(GROUP, volume.sockets - made)
    for (let index = 0; index < count; index += 1) hold(silences[(made + index) % silences.length]!, tally, closed)
    await pause(BETWEEN)
  }
  setInterval(() => {
    for (const silence of closed.splice(0, REDIALS / 10)) hold(silence, tally, closed)
  }, 100)
}

/** The same place before TLS has begun. */
const tcp = ({ host, port, from }: Endpoint): Endpoint => ({ host, port, ...(from === undefined ? {} : { from }) })

function hold(silence: Silence, tally: Tally, closed: Silence[]): void {
  tally.attempts += 1
  const socket = openSocket(silence.place)
  socket.on('error', () => undefined)
  socket.once('connect', () => void (silence.first && socket.write(silence.first)))
  socket.once('close', () => {
    tally.turnedAway += 1
    closed.push(silence)
  })
  socket.resume()
}

/** The first record that a TLS client sends. */
function clientHello(): Promise<Buffer> {
  return new Promise((resolve) => {
    const transport = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => {
        resolve(chunk)
        done()
      },
    })
    connectTls({ socket: transport, servername: 'localhost' }).on('error', () => undefined)
  })
}
