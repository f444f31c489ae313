import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Wire } from '../../../core/wire.ts'
import { flush, release, type Octets, type ImapReply } from './reply.ts'

/** Answers are gathered up to here: fewer system calls, fewer TLS records. */
const FULL = 128 * 1024
/** Octets in pieces that are smaller than this on the average are copied together rather than sent one by one. */
const SMALL = 2 * 1024

/** Gathers what is said and sends it, at the pace of the client; one that takes nothing for too long is cut off. */
export class Outbox {
  readonly #wire: Wire
  readonly #patience: () => number
  #parts: Uint8Array[] = []
  #octets = 0
  #midway = false
  #ended = false
  /** Whether what was said goes out when this turn of the event loop is over. */
  #soon = false
  /** What went out so, until the client has taken enough of it. */
  #taken: Promise<void> | undefined

  /** `patience`: milliseconds in which the client has to take what it is sent. */
  constructor(wire: Wire, patience: () => number) {
    this.#wire = wire
    this.#patience = patience
  }

  /** Whether the client has a part of an answer, and would take the next words for the rest of it. */
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

  /** Says a whole answer at once. Undefined when there is room for more. */
  say(answer: Uint8Array): Promise<void> | undefined {
    this.#gather(answer)
    return this.flush()
  }

  /** Undefined when there is room for more. */
  flush(): Promise<void> | undefined {
    if (this.#octets === 0 || this.#ended) return undefined
    const parts = this.#parts
    const scattered = parts.length > 1 && this.#octets < parts.length * SMALL
    const data = scattered ? Buffer.concat(parts, this.#octets) : parts
    this.#parts = []
    this.#octets = 0
    return this.#wire.write(data, this.#patience())
  }

  /**
   * There is more to be said: it goes out together, unless it takes until another turn of the event loop. Then nobody
   * waits for it.
   */
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
    await this.#wire.sent(this.#patience())
  }

  /** A client that takes all that it is sent must not keep others waiting until the last of a long answer is made. */
  async #flushLarge(): Promise<void> {
    await this.flush()
    await nextTurn()
  }

  /** Ends the connection with these words, unless they would be taken for a part of an answer. What comes after is not said. */
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
