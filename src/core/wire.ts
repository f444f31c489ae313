import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type SecureContext, TLSSocket } from 'node:tls'
import { ReceiveBuffer } from './receive-buffer.ts'
import { DeflateStream } from './deflate-stream.ts'
import { SECOND } from './time.ts'
import { refuse } from './refusal.ts'
import type { World } from './world.ts'

/** Milliseconds that a TLS handshake may take. */
export const HANDSHAKE: number = 15 * SECOND

/** Why {@link Wire.line} gave no line. */
export type ConnectionEnd = 'closed' | 'silent'

const LF = 0x0a
const CR = 0x0d
/** Octets that are read ahead of a request. Beyond this the socket is paused. */
const READ_AHEAD = 256 * 1024
/** Counted octets are read in pieces of at least this size. */
const PIECE = 64 * 1024
/** Octets that a refusal repeats of a line that is too long. */
const START = 64
/** Milliseconds that a peer has to close its side after the server closed the other. */
const LINGER = 2 * SECOND
/** The abort reason of all connections: a shared one, because creating an error takes a stack trace. */
const OVER = new DOMException('The connection is over', 'AbortError')

/**
 * One connection of a line protocol: reads lines and counted octets, and writes with a limit for slow readers. Only one
 * read at a time may be pending.
 */
export class Wire {
  /** The connection to the peer, and the stream over it (TLS or DEFLATE). */
  #socket: Socket
  #stream: Duplex
  readonly #world: World
  #peer: string | undefined
  readonly #arrived = new ReceiveBuffer()
  #ended = false
  #ending = false
  /** Wakes the pending read. `late`: no octets came in time. */
  #woken: ((late: boolean) => void) | undefined
  #stopWaiting: (() => void) | undefined
  #gone = false
  /** Created on first use, because most connections need none. */
  #closed: AbortController | undefined
  #hungUp: AbortController | undefined
  #hangUpListener: (() => void) | undefined
  #over: PromiseWithResolvers<void> | undefined

  constructor(socket: Socket, world: World) {
    this.#socket = socket
    this.#stream = socket
    this.#world = world
    this.#listen(socket)
  }

  /** Whether the connection is over, no matter which side ended it. */
  get gone(): boolean {
    return this.#gone
  }

  /** Aborted when the connection is over. Only for functions that need a signal; others use {@link gone}. */
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

  /** Calls `listener` when the peer will send no more, until the returned function is called. Takes one listener. */
  whenHungUp(listener: () => void): () => void {
    if (this.#ended) listener()
    else this.#hangUpListener = listener
    return () => {
      this.#hangUpListener = undefined
    }
  }

  /**
   * Aborted when the client no longer waits for a reply. RFC 5246 §7.2.1: a client that sends close_notify reads
   * nothing more. Without TLS a client may close its side and still read: the signal is then aborted when the
   * connection is over.
   */
  get left(): AbortSignal {
    return this.secure ? this.hungUp : this.closed
  }

  /** Resolves when the connection is over. */
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

  /** Whether the connection is compressed; see {@link startDeflate}. */
  get deflated(): boolean {
    return this.#stream instanceof DeflateStream
  }

  get peer(): string {
    this.#peer ??= (this.#socket.remoteAddress ?? '').replace(/^::ffff:/, '')
    return this.#peer
  }

  /** Octets that have arrived and were not read yet. */
  get pending(): number {
    return this.#arrived.length
  }

  /** Whether {@link line} returns without waiting, because a whole line has arrived. */
  get lineArrived(): boolean {
    return this.#arrived.indexOf(LF, 0) >= 0
  }

  /**
   * The next line without its CRLF (or bare LF).
   * Refuses `too-big` if it is longer than `limit` octets without its end. The line is then discarded, and
   * `detail.start` has its first octets.
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
      // One more octet may be the CR of a line end that has not arrived completely.
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

  /** Exactly `count` octets, or the reason why they do not come. */
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

  /** Reads and discards `count` octets. */
  async skip(count: number, silence: number): Promise<ConnectionEnd | undefined> {
    let missing = count
    for (;;) {
      missing -= this.#arrived.take(Math.min(missing, this.#arrived.length)).length
      if (missing === 0) return undefined
      const ending = await this.#more(silence)
      if (ending) return ending
    }
  }

  /** The octets that have arrived, at most `most`. Waits for the first one. */
  async some(most: number, silence: number): Promise<Buffer | ConnectionEnd> {
    return (await this.readable(silence)) ?? this.#arrived.take(Math.min(most, this.#arrived.length))
  }

  /** Puts octets back: they are read next. */
  unread(octets: Buffer): void {
    if (octets.length === 0 || this.#ending) return
    this.#arrived.unshift(octets)
  }

  /** Waits until something can be read, the connection ends, or `silence` milliseconds have passed. */
  async readable(silence: number): Promise<ConnectionEnd | undefined> {
    return this.#arrived.length > 0 ? undefined : this.#more(silence)
  }

  /**
   * Writes to the peer. Returns undefined if the socket can take more, or if the connection is over or ends; otherwise
   * a promise for that moment. Text is latin1. The pieces are sent together, without a copy, and must not change
   * afterwards. The connection ends if the peer does not read within `limit` milliseconds.
   */
  write(
    data: string | Uint8Array | readonly Uint8Array[],
    limit = Number.POSITIVE_INFINITY,
  ): Promise<void> | undefined {
    const socket = this.#stream
    if (this.#ending || this.#gone || socket.destroyed || writeTo(socket, data)) return undefined
    return this.#drained(socket, limit)
  }

  async #drained(socket: Duplex, limit: number): Promise<void> {
    const stalled = Number.isFinite(limit) ? this.#world.after(limit, () => socket.destroy()) : undefined
    await new Promise<void>((resolve) => {
      const done = () => {
        socket.off('drain', done).off('close', done).off('error', done)
        resolve()
      }
      socket.on('drain', done).on('close', done).on('error', done)
    })
    stalled?.()
  }

  /** Resolves when the socket has sent everything, or when the connection is over. `limit` as for {@link write}. */
  async sent(limit: number): Promise<void> {
    const socket = this.#stream
    if (this.#gone || socket.destroyed || socket.writableLength === 0) return
    if (this.#ending) return this.over
    const stalled = this.#world.after(limit, () => socket.destroy())
    await Promise.race([new Promise<void>((resolve) => socket.write('', () => resolve())), this.over])
    stalled()
  }

  /**
   * Turns the connection into a TLS one. Octets that arrived before the handshake are discarded: they were not
   * protected, and must never be taken for a command (RFC 9051 §6.2.1, CVE-2011-0411).
   */
  async startTls(context: SecureContext, limit: number): Promise<void> {
    if (this.#gone) throw new Error('The connection ended before the TLS handshake')
    const plain = this.#socket
    plain.removeAllListeners('data').removeAllListeners('end')
    this.#arrived.clear()
    const secured = new TLSSocket(plain, { isServer: true, secureContext: context })
    this.#socket = secured
    this.#stream = secured
    this.#listen(secured)
    await new Promise<void>((resolve, reject) => {
      const giveUp = this.#world.after(limit, () => secured.destroy())
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

  /** From here on both sides send raw DEFLATE. Octets that have arrived and were not read are already compressed. */
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

  /** The peer ends its compression. Call this before the reply that ends the server's. */
  endInflate(): void {
    if (this.#stream instanceof DeflateStream) this.#stream.keep()
  }

  /**
   * From here on both sides send without compression. The socket must have sent everything before; see {@link sent}.
   * Compressed octets that arrived after the peer had to end its compression are discarded.
   */
  endDeflate(): void {
    if (!(this.#stream instanceof DeflateStream) || this.#gone || this.#ending) return
    this.#stream.removeAllListeners('data').removeAllListeners('end').removeAllListeners('close')
    this.#arrived.clear()
    const kept = this.#stream.release()
    if (kept.length > 0) this.#arrived.push(kept)
    this.#stream = this.#socket
    // The peer may have ended only the compressed stream.
    this.#ended = this.#socket.readableEnded
    this.#listen(this.#socket)
  }

  /**
   * Sends the remaining octets, then ends the connection; see {@link over}. Octets that the peer still sends are read
   * and discarded: closing a socket with unread octets would reset the connection and lose the last words (RFC 1122
   * §4.2.2.13).
   */
  end(lastWords?: string): void {
    if (this.#ending || this.#stream.destroyed) return
    this.#ending = true
    this.#ended = true
    this.#arrived.clear()
    if (lastWords === undefined) this.#stream.end()
    else this.#stream.end(lastWords, 'latin1')
    this.#stream.resume()
    // A peer that does not close its side must not keep the descriptor open.
    const giveUp = this.#world.after(LINGER, () => this.#stream.destroy())
    void this.over.then(giveUp)
    this.#wake()
  }

  /** Ends the connection at once. The peer gets the last words if the system can send them at once. */
  drop(lastWords: string): void {
    if (!this.#ending && !this.#stream.destroyed) this.#stream.write(lastWords, 'latin1')
    this.destroy()
  }

  destroy(): void {
    this.#stream.destroy()
  }

  #listen(socket: Duplex): void {
    // A client may close its side and still wait for replies.
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
    this.#hangUpListener?.()
    this.#hangUpListener = undefined
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

/** Writes to the socket. Returns whether it can take more at once. Text is latin1. */
function writeTo(socket: Duplex, data: string | Uint8Array | readonly Uint8Array[]): boolean {
  if (typeof data === 'string') return socket.write(data, 'latin1')
  if (data instanceof Uint8Array) return socket.write(data)
  if (data.length === 1) return socket.write(data[0]!)
  socket.cork()
  for (const piece of data) socket.write(piece)
  socket.uncork()
  return !socket.writableNeedDrain
}
