import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { constants, createDeflateRaw, createInflateRaw, type DeflateRaw, type InflateRaw } from 'node:zlib'

const PIECE = 16 * 1024
/** What is sent may refer back so far, and takes so much to pack: an eighth of the memory that zlib takes unasked. */
const sending = { level: 5, windowBits: 13, memLevel: 6, chunkSize: PIECE }
/** A peer may refer back as far as the format goes (RFC 1951 §2); one that goes away has not ended its stream. */
const receiving = { windowBits: 15, chunkSize: PIECE, finishFlush: constants.Z_SYNC_FLUSH }

/** Octets of memory that both directions of one connection take, roughly. */
export const DEFLATED_OCTETS = 192 * 1024

/** Chunks that are kept after the peer stopped packing: it waits to be told that we did, too. */
const MOST_KEPT = 4

/** RFC 1951 §3.2.3: a last block that is empty, compressed or stored. No command begins so. */
const ends = [Buffer.from([0x03, 0x00]), Buffer.from([0x01, 0x00, 0x00, 0xff, 0xff])]

type Sent = (error?: Error | null) => void

/**
 * A connection over which both sides send raw DEFLATE (RFC 1951): what is written goes out whole and at once. A side that
 * is slow slows the other: neither what is packed nor what is unpacked is gathered beyond a few pieces.
 */
export class DeflateStream extends Duplex {
  readonly #socket: Socket
  readonly #inflate: InflateRaw
  readonly #deflate: DeflateRaw
  #kept: Buffer[] | undefined

  readonly #over = (): void => void this.destroy()

  constructor(socket: Socket) {
    super({ allowHalfOpen: true, readableHighWaterMark: 4 * PIECE, writableHighWaterMark: 4 * PIECE })
    this.#socket = socket
    this.#inflate = createInflateRaw(receiving)
    this.#deflate = createDeflateRaw(sending)
    this.#receive()
    this.#send()
  }

  /** Octets that were taken from the socket before it was known that they are packed. */
  unread(octets: Uint8Array): void {
    this.#inflate.write(octets)
  }

  /** The peer packs nothing any more, but for the end of what it packed so far. What comes is kept as it is. */
  keep(): void {
    this.#kept ??= []
  }

  /** Lets go of the connection, which goes on as it was before. Gives what was kept. */
  release(): Buffer {
    this.#socket
      .removeAllListeners('data')
      .removeAllListeners('end')
      .removeAllListeners('drain')
      .off('close', this.#over)
    this.#inflate.destroy()
    this.#deflate.destroy()
    const kept = Buffer.concat(this.#kept ?? [])
    const end = ends.find((octets) => kept.subarray(0, octets.length).equals(octets))
    return kept.subarray(end?.length ?? 0)
  }

  override _read(): void {
    this.#inflate.resume()
  }

  override _write(octets: Uint8Array, _: BufferEncoding, sent: Sent): void {
    this.#deflate.write(octets)
    this.#flush(sent)
  }

  override _writev(pieces: readonly { readonly chunk: Uint8Array }[], sent: Sent): void {
    for (const { chunk } of pieces) this.#deflate.write(chunk)
    this.#flush(sent)
  }

  override _final(done: Sent): void {
    this.#deflate.end(() => {
      this.#socket.end()
      done()
    })
  }

  override _destroy(error: Error | null, done: Sent): void {
    this.#inflate.destroy()
    this.#deflate.destroy()
    this.#socket.destroy()
    done(error)
  }

  #receive(): void {
    const [socket, inflate] = [this.#socket, this.#inflate]
    socket.on('data', (chunk: Buffer) => {
      if (this.#kept) {
        this.#kept.push(chunk)
        if (this.#kept.length > MOST_KEPT) socket.pause()
      } else if (!inflate.destroyed && !inflate.write(chunk)) socket.pause()
    })
    socket.on('end', () => inflate.end())
    socket.on('close', this.#over)
    inflate.on('drain', () => socket.resume())
    inflate.on('data', (octets: Buffer) => {
      if (!this.push(octets)) inflate.pause()
    })
    inflate.on('end', () => this.push(null))
    // What is not packed, or ends what it has packed and goes on, makes no sense.
    inflate.on('error', () => this.destroy())
    socket.resume()
  }

  #send(): void {
    this.#deflate.on('data', (octets: Buffer) => this.#socket.write(octets))
    this.#deflate.on('error', () => this.destroy())
  }

  /** RFC 4978 §3: the peer can unpack all that was written so far. */
  #flush(sent: Sent): void {
    this.#deflate.flush(constants.Z_SYNC_FLUSH, () => {
      if (this.#socket.writableNeedDrain) this.#socket.once('drain', () => sent())
      else sent()
    })
  }
}
