import type { Wire } from '../../core/wire.ts'
import { flush, type Reply } from './reply.ts'

/** Answers are gathered up to here: fewer system calls, fewer TLS records. */
const FULL = 128 * 1024

/** Gathers what is said and sends it, at the pace of the client; one that takes nothing for too long is cut off. */
export class Outbox {
  readonly #wire: Wire
  readonly #patience: number
  #parts: Uint8Array[] = []
  #octets = 0
  #midway = false
  #ended = false

  constructor(wire: Wire, patience: number) {
    this.#wire = wire
    this.#patience = patience
  }

  /** Whether the client has a part of an answer, and would take the next words for the rest of it. */
  get midway(): boolean {
    return this.#midway
  }

  async add(reply: Reply): Promise<void> {
    if (reply === flush) return this.flush()
    if (typeof reply === 'string') this.#gather(Buffer.from(reply, 'latin1'))
    else if (reply instanceof Uint8Array) this.#gather(reply)
    else {
      this.#gather(reply.piece)
      this.#midway = !reply.last
      if (this.#midway) return this.flush()
    }
    if (this.#octets >= FULL) await this.flush()
  }

  async flush(): Promise<void> {
    if (this.#octets === 0 || this.#ended) return
    const data = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts, this.#octets)
    this.#parts = []
    this.#octets = 0
    await this.#wire.write(data, this.#patience)
  }

  /** Ends the connection with these words, unless they would be taken for a part of an answer. What comes after is not said. */
  end(lastWords: string): void {
    if (this.#ended) return
    this.#ended = true
    this.#parts = []
    if (this.#midway) this.#wire.destroy()
    else this.#wire.end(lastWords)
  }

  #gather(octets: Uint8Array): void {
    if (this.#ended || octets.length === 0) return
    this.#parts.push(octets)
    this.#octets += octets.length
  }
}
