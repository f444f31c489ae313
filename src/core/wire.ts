import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type SecureContext, TLSSocket } from 'node:tls'
import { ReceiveBuffer } from './receive-buffer.ts'
import { DeflateStream } from './deflate-stream.ts'
import { SECOND } from './duration.ts'
import { refuse } from './refusal.ts'
import type { World } from './world.ts'

/** Milliseconds that a TLS handshake may take. */
export const HANDSHAKE: number = 15 * SECOND

/** Why {@link Wire.line} gave no line. */
export type ConnectionEnd = 'closed' | 'silent'

const LF = 0x0a
const CR = 0x0d
/** How much of what the peer pipelines is taken in ahead of being asked for; beyond it the socket waits. */
const READ_AHEAD = 256 * 1024
/** Counted octets are taken in pieces of at least this much. */
const PIECE = 64 * 1024
/** How much is told of a line that was too long. */
const START = 64
/** How long a peer has to close its side after we have closed ours, in milliseconds. */
const PARTING = 2 * SECOND
/** Why the signal of a connection is aborted: one for all, since a connection that ends should not cost a stack trace. */
const OVER = new DOMException('The connection is over', 'AbortError')

/**
 * One connection of a line protocol: asks for lines and counted octets, writes with regard to a slow reader.
 * At most one read may be under way at a time.
 */
export class Wire {
  /** What the other side is connected by, and what its octets go through. */
  #socket: Socket
  #stream: Duplex
  readonly #world: World
  #peer: string | undefined
  readonly #arrived = new ReceiveBuffer()
  #ended = false
  #ending = false
  /** Who waits for octets is told whether none came in time. */
  #woken: ((late: boolean) => void) | undefined
  #stopWaiting: (() => void) | undefined
  #gone = false
  /** Made when somebody asks: most connections come and go without. */
  #closed: AbortController | undefined
  #hungUp: AbortController | undefined
  #hearHangUp: (() => void) | undefined
  #over: PromiseWithResolvers<void> | undefined

  constructor(socket: Socket, world: World) {
    this.#socket = socket
    this.#stream = socket
    this.#world = world
    this.#listen(socket)
  }

  /** Whether the connection is over, whoever ended it. */
  get gone(): boolean {
    return this.#gone
  }

  /** Aborted when the connection is over, whoever ended it. For those who take a signal; others look at {@link gone}. */
  get closed(): AbortSignal {
    if (!this.#closed) {
      this.#closed = new AbortController()
      if (this.#gone) this.#closed.abort(OVER)
    }
    return this.#closed.signal
  }

  /** Aborted when the peer will send no more: it has closed its side, or the connection is over. */
  get hungUp(): AbortSignal {
    if (!this.#hungUp) {
      this.#hungUp = new AbortController()
      if (this.#ended) this.#hungUp.abort(OVER)
    }
    return this.#hungUp.signal
  }

  /** `hear` is called when the peer will send no more, or at once; until what is returned is. One at a time may hear. */
  whenHungUp(hear: () => void): () => void {
    if (this.#ended) hear()
    else this.#hearHangUp = hear
    return () => {
      this.#hearHangUp = undefined
    }
  }

  /**
   * Aborted when nobody waits for an answer any more. RFC 5246 §7.2.1: whoever says close_notify takes nothing more. Over
   * TCP alone a client may close its side and still read: then, when the connection is over.
   */
  get left(): AbortSignal {
    return this.secure ? this.hungUp : this.closed
  }

  /** Resolves when the connection is over, whoever ended it. */
  get over(): Promise<void> {
    if (!this.#over) {
      this.#over = Promise.withResolvers()
      if (this.#gone) this.#over.resolve()
    }
    return this.#over.promise
  }

  get secure(): boolean {
    return this.#socket instanceof TLSSocket
  }

  /** Whether what is sent is packed; see {@link startDeflate}. */
  get deflated(): boolean {
    return this.#stream instanceof DeflateStream
  }

  get peer(): string {
    this.#peer ??= (this.#socket.remoteAddress ?? '').replace(/^::ffff:/, '')
    return this.#peer
  }

  /** Octets that have arrived and were not asked for yet. */
  get pending(): number {
    return this.#arrived.length
  }

  /** Whether {@link line} would not have to wait: the peer sent a line ahead. */
  get lineArrived(): boolean {
    return this.#arrived.indexOf(LF, 0) >= 0
  }

  /**
   * The next line without its CRLF (or bare LF).
   * Refuses `too-big` when it is longer than `limit` octets, its end not counted; the line is then dropped, and
   * `detail.start` has what it began with.
   */
  async line(limit: number, silence: number): Promise<Buffer | ConnectionEnd> {
    let searched = 0
    for (;;) {
      const at = this.#arrived.indexOf(LF, searched)
      if (at >= 0) {
        const line = this.#arrived.take(at + 1)
        const end = at > 0 && line[at - 1] === CR ? at - 1 : at
        if (end > limit) refuse('too-big', 'The line is too long', { start: line.toString('latin1', 0, START) })
        return line.subarray(0, end)
      }
      // One more may be the CR of an end that is still under way.
      if (this.#arrived.length > limit + 1) {
        const start = this.#arrived.start(START)
        await this.#dropLine(silence)
        refuse('too-big', 'The line is too long', { start })
      }
      searched = this.#arrived.length
      const ending = await this.#more(silence)
      if (ending) return ending
    }
  }

  /** Exactly `count` octets, or the reason why they did not come. */
  async octets(count: number, silence: number): Promise<Buffer | ConnectionEnd> {
    const parts: Buffer[] = []
    let missing = count
    for (;;) {
      if (this.#arrived.length >= Math.min(missing, PIECE)) {
        const some = this.#arrived.take(Math.min(missing, this.#arrived.length))
        parts.push(some)
        missing -= some.length
      }
      if (missing === 0) return parts.length === 1 ? parts[0]! : Buffer.concat(parts, count)
      const ending = await this.#more(silence)
      if (ending) return ending
    }
  }

  /** Reads and forgets `count` octets. */
  async skip(count: number, silence: number): Promise<ConnectionEnd | undefined> {
    let missing = count
    for (;;) {
      missing -= this.#arrived.take(Math.min(missing, this.#arrived.length)).length
      if (missing === 0) return undefined
      const ending = await this.#more(silence)
      if (ending) return ending
    }
  }

  /** What has arrived, at most so many octets; waits for the first of them. */
  async some(most: number, silence: number): Promise<Buffer | ConnectionEnd> {
    return (await this.readable(silence)) ?? this.#arrived.take(Math.min(most, this.#arrived.length))
  }

  /** Gives octets back that were read too far: they are the next to be read. */
  unread(octets: Buffer): void {
    if (octets.length === 0 || this.#ending) return
    this.#arrived.unshift(octets)
  }

  /** Waits until something can be read, the connection ends, or `silence` milliseconds have passed. */
  async readable(silence: number): Promise<ConnectionEnd | undefined> {
    return this.#arrived.length > 0 ? undefined : this.#more(silence)
  }

  /**
   * Undefined when the socket can take more, and when the connection is over or being ended; otherwise it resolves then.
   * Text is latin1. Octets may be given in pieces, which are sent together, and must not be written to afterwards: they go
   * out as they are. A peer that does not take what it was sent within `patience` milliseconds loses its connection.
   */
  write(
    data: string | Uint8Array | readonly Uint8Array[],
    patience = Number.POSITIVE_INFINITY,
  ): Promise<void> | undefined {
    const socket = this.#stream
    if (this.#ending || this.#gone || socket.destroyed || given(socket, data)) return undefined
    return this.#drained(socket, patience)
  }

  async #drained(socket: Duplex, patience: number): Promise<void> {
    const stalled = Number.isFinite(patience) ? this.#world.after(patience, () => socket.destroy()) : undefined
    await new Promise<void>((resolve) => {
      const done = () => {
        socket.off('drain', done).off('close', done).off('error', done)
        resolve()
      }
      socket.on('drain', done).on('close', done).on('error', done)
    })
    stalled?.()
  }

  /** Resolves when nothing is held any more of what was written, or when the connection is over. `patience` as for {@link write}. */
  async sent(patience: number): Promise<void> {
    const socket = this.#stream
    if (this.#gone || socket.destroyed || socket.writableLength === 0) return
    if (this.#ending) return this.over
    const stalled = this.#world.after(patience, () => socket.destroy())
    await Promise.race([new Promise<void>((resolve) => socket.write('', () => resolve())), this.over])
    stalled()
  }

  /**
   * Turns the connection into a TLS one. Anything that arrived before the handshake is dropped:
   * it was not protected, and must never be taken for a command (RFC 9051 §6.2.1, CVE-2011-0411).
   */
  async startTls(context: SecureContext, patience: number): Promise<void> {
    if (this.#gone) throw new Error('The connection ended before the TLS handshake')
    const plain = this.#socket
    plain.removeAllListeners('data').removeAllListeners('end')
    this.#arrived.clear()
    const secured = new TLSSocket(plain, { isServer: true, secureContext: context })
    this.#socket = secured
    this.#stream = secured
    this.#listen(secured)
    await new Promise<void>((resolve, reject) => {
      const giveUp = this.#world.after(patience, () => secured.destroy())
      secured.once('secure', () => {
        giveUp()
        resolve()
      })
      const ended = () => {
        giveUp()
        reject(new Error('The connection ended during the TLS handshake'))
      }
      void this.over.then(ended)
    })
  }

  /** From here on both sides send raw DEFLATE. What has arrived and was not asked for yet is taken for the first of it. */
  startDeflate(): void {
    if (this.#gone || this.#ending) return
    const plain = this.#socket
    plain.removeAllListeners('data').removeAllListeners('end')
    const deflated = new DeflateStream(plain)
    if (this.#arrived.length > 0) deflated.unread(this.#arrived.take(this.#arrived.length))
    this.#stream = deflated
    this.#listen(deflated)
    if (this.#ended) deflated.destroy()
  }

  /** The peer packs no more of what it sends from here on; to be called before it is told that we do not either. */
  endInflate(): void {
    if (this.#stream instanceof DeflateStream) this.#stream.keep()
  }

  /**
   * From here on both sides send as they did before. What was sent has to be on its way; see {@link sent}. What has arrived
   * packed, after the peer had no business to pack anything more, is dropped.
   */
  endDeflate(): void {
    if (!(this.#stream instanceof DeflateStream) || this.#gone || this.#ending) return
    this.#stream.removeAllListeners('data').removeAllListeners('end').removeAllListeners('close')
    this.#arrived.clear()
    const kept = this.#stream.release()
    if (kept.length > 0) this.#arrived.push(kept)
    this.#stream = this.#socket
    // The peer may have ended what it packed, and nothing else.
    this.#ended = this.#socket.readableEnded
    this.#listen(this.#socket)
  }

  /**
   * Sends what is still to be sent, then ends the connection; see {@link over}. What the peer still sends is read and
   * forgotten: closing a socket with octets unread would take the last words back from it (RFC 1122 §4.2.2.13).
   */
  end(lastWords?: string): void {
    if (this.#ending || this.#stream.destroyed) return
    this.#ending = true
    this.#ended = true
    this.#arrived.clear()
    if (lastWords === undefined) this.#stream.end()
    else this.#stream.end(lastWords, 'latin1')
    this.#stream.resume()
    // A peer that does not close its side must not keep the descriptor.
    const giveUp = this.#world.after(PARTING, () => this.#stream.destroy())
    void this.over.then(giveUp)
    this.#wake()
  }

  /** Ends the connection at once. The peer hears the last words if the system can send them at once. */
  drop(lastWords: string): void {
    if (!this.#ending && !this.#stream.destroyed) this.#stream.write(lastWords, 'latin1')
    this.destroy()
  }

  destroy(): void {
    this.#stream.destroy()
  }

  #listen(socket: Duplex): void {
    // A client may say that it will send no more and still wait for its answers.
    socket.allowHalfOpen = true
    socket.on('data', (chunk: Buffer) => {
      if (this.#ending) return
      this.#arrived.push(chunk)
      if (this.#arrived.length > READ_AHEAD) socket.pause()
      this.#wake()
    })
    socket.on('end', () => {
      this.#hangUp()
      this.#wake()
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#hangUp()
      this.#gone = true
      this.#closed?.abort(OVER)
      this.#over?.resolve()
      this.#wake()
    })
  }

  #hangUp(): void {
    this.#ended = true
    this.#hungUp?.abort(OVER)
    this.#hearHangUp?.()
    this.#hearHangUp = undefined
  }

  #wake(late = false): void {
    const woken = this.#woken
    if (!woken) return
    this.#woken = undefined
    this.#stopWaiting?.()
    woken(late)
  }

  async #more(silence: number): Promise<ConnectionEnd | undefined> {
    const before = this.#arrived.length
    if (this.#ended) return 'closed'
    this.#stream.resume()
    const late = await new Promise<boolean>((resolve) => {
      this.#woken = resolve
      this.#stopWaiting = this.#world.after(silence, () => this.#wake(true))
    })
    if (this.#arrived.length > before) return undefined
    return late ? 'silent' : 'closed'
  }

  async #dropLine(silence: number): Promise<void> {
    for (;;) {
      const at = this.#arrived.indexOf(LF, 0)
      if (at >= 0) {
        this.#arrived.take(at + 1)
        return
      }
      this.#arrived.clear()
      if (await this.#more(silence)) return
    }
  }
}

/** Whether the socket can take more at once. Text is latin1. */
function given(socket: Duplex, data: string | Uint8Array | readonly Uint8Array[]): boolean {
  if (typeof data === 'string') return socket.write(data, 'latin1')
  if (data instanceof Uint8Array) return socket.write(data)
  if (data.length === 1) return socket.write(data[0]!)
  socket.cork()
  for (const piece of data) socket.write(piece)
  socket.uncork()
  return !socket.writableNeedDrain
}
