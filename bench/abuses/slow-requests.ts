import type { Socket } from 'node:net'
import { xoauth2 } from '../clients/imap.ts'
import { openSocket, type Endpoint } from '../clients/endpoint.ts'
import type { Abuse } from './abuse.ts'
import { lanes } from './lanes.ts'

const ANNOUNCED = 1_000_000
const ARRIVES = 64_000
const DRIP_EVERY = 5000

/** Requests to Graph with large bodies that do not arrive, without a token or with an invalid one. */
export const slowBodies: Abuse = ({ places, volume }, tally) =>
  lanes(tally, { count: volume.bodies, between: 5000 }, async (lane, accepted) => {
    const talk = new Talk(places.https)
    const authorization = lane % 2 === 0 ? '' : 'Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl\r\n'
    talk.say(
      `POST /v1.0/users HTTP/1.1\r\nHost: localhost:${places.https.port}\r\n${authorization}` +
        `Content-Type: application/json\r\nContent-Length: ${ANNOUNCED}\r\n\r\n{"displayName":"${'x'.repeat(ARRIVES)}`,
    )
    const drip = setInterval(() => talk.say('x'), DRIP_EVERY)
    const answered = talk.hear(/^HTTP/m).then((status) => status !== undefined)
    const held = await Promise.race([answered.then(() => false), heldFor(500)])
    if (held) accepted()
    await Promise.race([answered, talk.closed])
    clearInterval(drip)
    talk.drop()
  })

const heldFor = (milliseconds: number): Promise<boolean> =>
  new Promise((resolve) => setTimeout(() => resolve(true), milliseconds))

/** As large as a message may be, nearly. */
const SLOW_LITERALS_ANNOUNCED = 35_000_000

/** APPENDs of large messages of which a few octets arrive. */
export const slowLiterals: Abuse = ({ places, mailbox, token, volume }, tally) =>
  lanes(tally, { count: volume.literals, between: 1000 }, async (_, accepted) => {
    const talk = new Talk(places.imap)
    await talk.hear(/^\* OK/m)
    talk.say(`a AUTHENTICATE XOAUTH2 ${xoauth2(mailbox, token)}\r\n`)
    await talk.hear(/^a OK/m)
    talk.say(`b APPEND INBOX {${SLOW_LITERALS_ANNOUNCED}}\r\n`)
    if (!(await talk.hear(/^(\+|b (NO|BAD))/m))?.startsWith('+')) return talk.drop()
    accepted()
    talk.say('Subject: slow\r\n\r\n....')
    const drip = setInterval(() => talk.say('.'), DRIP_EVERY)
    await talk.closed
    clearInterval(drip)
  })

/** A connection that sends what it likes and waits for what it expects. */
class Talk {
  readonly socket: Socket
  readonly closed: Promise<void>
  #received = ''
  #wake: () => void = () => undefined

  constructor(place: Endpoint) {
    this.socket = openSocket(place)
    this.socket.setEncoding('latin1')
    this.socket.on('data', (text: string) => {
      this.#received = (this.#received + text).slice(-4096)
      this.#wake()
    })
    this.socket.on('error', () => undefined)
    this.closed = new Promise((resolve) => {
      this.socket.once('close', () => {
        resolve()
        this.#wake()
      })
    })
  }

  say(text: string): void {
    if (!this.socket.destroyed) this.socket.write(text, 'latin1')
  }

  /** Resolves to what matched; to nothing when the server closes the connection. */
  async hear(pattern: RegExp): Promise<string | undefined> {
    for (;;) {
      const found = pattern.exec(this.#received)
      if (found) {
        this.#received = this.#received.slice(found.index + found[0].length)
        return found[0]
      }
      if (this.socket.destroyed) return undefined
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  drop(): void {
    this.socket.destroy()
  }
}
