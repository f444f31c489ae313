import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Wire } from '../../../core/wire.ts'
import { flush, release, type Octets, type ImapReply } from './reply.ts'

/** Replies are gathered up to this size, for fewer system calls and TLS records. */
const FULL = 128 * 1024
/** Buffers with a smaller average size than this are copied together before they are sent. */
const SMALL = 2 * 1024

/**
 * Gathers replies and sends them at the speed of the client. A client that reads nothing for too long is disconnected.
 */
export class Outbox {
  readonly #wire: Wire
  readonly #timeout: () => number
  #parts: Uint8Array[] = []
  #octets = 0
  #midway = false
  #ended = false
  /** Whether a flush is scheduled for the end of this turn of the event loop. */
  #soon = false
  /** Pending while the client has not read enough of that flush. */
  #taken: Promise<void> | undefined

  /** `timeout`: milliseconds in which the client has to read. */
  constructor(wire: Wire, timeout: () => number) {
    this.#wire = wire
    this.#timeout = timeout
  }

  /** Whether the client has received a part of a literal, so that no other reply may be sent now. */
  get midway(): boolean {
    return this.#midway
  }

  async add(reply: ImapReply): Promise<void> {
    if (this.#taken) await this.#taken
    if (reply === flush) return this.flush()
    if (reply === release) return this.#release()
    if (typeof reply === 'string') this.#gather(Buffer.from(reply, 'latin1'))
    else if (!('piece' in reply)) this.#gather(reply)
    else {
      this.#gather(reply.piece)
      this.#midway = !reply.last
      if (this.#midway) return this.#flushLarge()
    }
    if (this.#octets >= FULL) await this.#flushLarge()
  }

  /** Sends a complete reply. Undefined if the connection accepts more at once. */
  send(answer: Uint8Array): Promise<void> | undefined {
    this.#gather(answer)
    return this.flush()
  }

  /** Undefined if the connection accepts more at once. */
  flush(): Promise<void> | undefined {
    if (this.#octets === 0 || this.#ended) return undefined
    const parts = this.#parts
    const scattered = parts.length > 1 && this.#octets < parts.length * SMALL
    const data = scattered ? Buffer.concat(parts, this.#octets) : parts
    this.#parts = []
    this.#octets = 0
    return this.#wire.write(data, this.#timeout())
  }

  /** Flushes at the end of this turn of the event loop, together with replies that are added until then. */
  flushSoon(): void {
    if (this.#soon) return
    this.#soon = true
    setImmediate(() => {
      this.#soon = false
      this.#taken = this.flush()?.finally(() => (this.#taken = undefined))
    })
  }

  async #release(): Promise<void> {
    await this.#flushLarge()
    await this.#wire.sent(this.#timeout())
  }

  /** Lets other clients run between two buffers of a long reply. */
  async #flushLarge(): Promise<void> {
    await this.flush()
    await nextTurn()
  }

  /** Ends the connection with a last line, which is left out in the middle of a literal. Later replies are dropped. */
  end(lastWords: string): void {
    if (this.#ended) return
    this.#ended = true
    this.#parts = []
    if (this.#midway) this.#wire.destroy()
    else this.#wire.end(lastWords)
  }

  #gather(octets: Octets): void {
    if (!(octets instanceof Uint8Array)) return octets.forEach((each) => this.#gather(each))
    if (this.#ended || octets.length === 0) return
    this.#parts.push(octets)
    this.#octets += octets.length
  }
}
