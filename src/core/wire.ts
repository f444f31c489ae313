import type { Socket } from 'node:net'
import { type SecureContext, TLSSocket } from 'node:tls'
import { refuse } from './refusal.ts'
import type { World } from './world.ts'

/** Why {@link Wire.line} gave no line. */
export type Ending = 'closed' | 'silent'

const LF = 0x0a
const CR = 0x0d
/** How much of what the peer pipelines is taken in ahead of being asked for; beyond it the socket waits. */
const READ_AHEAD = 256 * 1024

/**
 * One connection of a line protocol: asks for lines and counted octets, writes with regard to a slow reader.
 * At most one read may be under way at a time.
 */
export class Wire {
  #socket: Socket
  readonly #world: World
  #chunks: Buffer[] = []
  #buffered = 0
  #ended = false
  #woken: (() => void) | undefined
  readonly #gone = new AbortController()

  constructor(socket: Socket, world: World) {
    this.#socket = socket
    this.#world = world
    this.#listen(socket)
  }

  /** Aborted when the connection is over, whoever ended it. */
  get closed(): AbortSignal {
    return this.#gone.signal
  }

  get secure(): boolean {
    return this.#socket instanceof TLSSocket
  }

  get peer(): string {
    return (this.#socket.remoteAddress ?? '').replace(/^::ffff:/, '')
  }

  /** Octets that have arrived and were not asked for yet. */
  get pending(): number {
    return this.#buffered
  }

  /**
   * The next line without its CRLF (or bare LF).
   * Refuses `too-big` past `limit` octets; what was read of the line is then dropped up to its end.
   */
  async line(limit: number, silence: number): Promise<Buffer | Ending> {
    let searched = 0
    for (;;) {
      const at = this.#find(LF, searched)
      if (at >= 0) {
        const line = this.#take(at + 1)
        if (at > limit) refuse('too-big', 'The line is too long')
        const end = at > 0 && line[at - 1] === CR ? at - 1 : at
        return line.subarray(0, end)
      }
      if (this.#buffered > limit) {
        await this.#dropLine(silence)
        refuse('too-big', 'The line is too long')
      }
      searched = this.#buffered
      const ending = await this.#more(silence)
      if (ending) return ending
    }
  }

  /** Exactly `count` octets, or the reason why they did not come. */
  async octets(count: number, silence: number): Promise<Buffer | Ending> {
    const parts: Buffer[] = []
    let missing = count
    for (;;) {
      const some = this.#take(Math.min(missing, this.#buffered))
      parts.push(some)
      missing -= some.length
      if (missing === 0) return parts.length === 1 ? parts[0]! : Buffer.concat(parts, count)
      const ending = await this.#more(silence)
      if (ending) return ending
    }
  }

  /** Reads and forgets `count` octets. */
  async skip(count: number, silence: number): Promise<Ending | undefined> {
    let missing = count
    for (;;) {
      missing -= this.#take(Math.min(missing, this.#buffered)).length
      if (missing === 0) return undefined
      const ending = await this.#more(silence)
      if (ending) return ending
    }
  }

  /** Waits until something can be read, the connection ends, or `silence` milliseconds have passed. */
  async readable(silence: number): Promise<Ending | undefined> {
    return this.#buffered > 0 ? undefined : this.#more(silence)
  }

  /** Resolves when the socket can take more; at once when the connection is over. */
  async write(data: string | Uint8Array): Promise<void> {
    if (this.closed.aborted || this.#socket.destroyed) return
    const taken = typeof data === 'string' ? this.#socket.write(data, 'latin1') : this.#socket.write(data)
    if (taken) return
    const socket = this.#socket
    await new Promise<void>((resolve) => {
      const done = () => {
        socket.off('drain', done).off('close', done).off('error', done)
        resolve()
      }
      socket.on('drain', done).on('close', done).on('error', done)
    })
  }

  /**
   * Turns the connection into a TLS one. Anything that arrived before the handshake is dropped:
   * it was not protected, and must never be taken for a command (RFC 9051 §6.2.1, CVE-2011-0411).
   */
  async startTls(context: SecureContext, patience: number): Promise<void> {
    const plain = this.#socket
    plain.removeAllListeners('data').removeAllListeners('end')
    this.#chunks = []
    this.#buffered = 0
    const secured = new TLSSocket(plain, { isServer: true, secureContext: context })
    this.#socket = secured
    this.#listen(secured)
    await new Promise<void>((resolve, reject) => {
      const giveUp = this.#world.after(patience, () => secured.destroy(new Error('TLS handshake took too long')))
      secured.once('secure', () => {
        giveUp()
        resolve()
      })
      this.closed.addEventListener('abort', () => {
        giveUp()
        reject(new Error('The connection ended during the TLS handshake'))
      })
    })
  }

  /** Sends what is still to be sent, then ends the connection. */
  end(lastWords?: string): void {
    if (this.#socket.destroyed) return
    if (lastWords === undefined) this.#socket.end()
    else this.#socket.end(lastWords, 'latin1')
    // A peer that does not close its side must not keep the descriptor.
    this.#world.after(2000, () => this.#socket.destroy())
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #listen(socket: Socket): void {
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk)
      this.#buffered += chunk.length
      if (this.#buffered > READ_AHEAD) socket.pause()
      this.#wake()
    })
    socket.on('end', () => {
      this.#ended = true
      this.#wake()
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#ended = true
      this.#gone.abort()
      this.#wake()
    })
  }

  #wake(): void {
    const woken = this.#woken
    this.#woken = undefined
    woken?.()
  }

  async #more(silence: number): Promise<Ending | undefined> {
    const before = this.#buffered
    if (this.#ended) return 'closed'
    this.#socket.resume()
    let late = false
    await new Promise<void>((resolve) => {
      const stop = this.#world.after(silence, () => {
        late = true
        this.#woken = undefined
        resolve()
      })
      this.#woken = () => {
        stop()
        resolve()
      }
    })
    if (this.#buffered > before) return undefined
    return late ? 'silent' : 'closed'
  }

  async #dropLine(silence: number): Promise<void> {
    for (;;) {
      const at = this.#find(LF, 0)
      if (at >= 0) {
        this.#take(at + 1)
        return
      }
      this.#chunks = []
      this.#buffered = 0
      if (await this.#more(silence)) return
    }
  }

  #find(octet: number, from: number): number {
    let offset = 0
    for (const chunk of this.#chunks) {
      if (offset + chunk.length > from) {
        const at = chunk.indexOf(octet, Math.max(0, from - offset))
        if (at >= 0) return offset + at
      }
      offset += chunk.length
    }
    return -1
  }

  #take(count: number): Buffer {
    const parts: Buffer[] = []
    let missing = count
    while (missing > 0) {
      const chunk = this.#chunks[0]!
      if (chunk.length <= missing) {
        parts.push(chunk)
        this.#chunks.shift()
        missing -= chunk.length
      } else {
        parts.push(chunk.subarray(0, missing))
        this.#chunks[0] = chunk.subarray(missing)
        missing = 0
      }
    }
    this.#buffered -= count
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts, count)
  }
}
