import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { constants, createDeflateRaw, createInflateRaw, type DeflateRaw, type InflateRaw } from 'node:zlib'

const PIECE = 16 * 1024
/** A smaller window and less memory than the defaults of zlib: an eighth of the memory for sending. */
const sending = { level: 5, windowBits: 13, memLevel: 6, chunkSize: PIECE }
/** A peer may use the largest window (RFC 1951 §2). A peer that disconnects has not ended its stream. */
const receiving = { windowBits: 15, chunkSize: PIECE, finishFlush: constants.Z_SYNC_FLUSH }

/** Approximate memory for both directions of one connection, in octets. */
export const DEFLATED_OCTETS = 192 * 1024

/** Chunks that are kept after the peer ended compression. It then waits until the server has ended it, too. */
const KEPT_CHUNKS = 4

/** RFC 1951 §3.2.3: an empty last block, compressed or stored. No command starts with these octets. */
const ends = [Buffer.from([0x03, 0x00]), Buffer.from([0x01, 0x00, 0x00, 0xff, 0xff])]

type Sent = (error?: Error | null) => void

/**
 * A connection on which both sides send raw DEFLATE (RFC 1951). Each write is flushed at once. A slow side slows the
 * other: the stream buffers only a few pieces in each direction.
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

  /** Takes compressed octets that were already read from the socket. */
  unread(octets: Uint8Array): void {
    this.#inflate.write(octets)
  }

  /** The peer ends its compression. From here on the stream keeps the received octets as they are. */
  keep(): void {
    this.#kept ??= []
  }

  /** Detaches from the connection, which goes on without compression. Returns the kept octets. */
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
        if (this.#kept.length > KEPT_CHUNKS) socket.pause()
      } else if (!inflate.destroyed && !inflate.write(chunk)) socket.pause()
    })
    socket.on('end', () => inflate.end())
    socket.on('close', this.#over)
    inflate.on('drain', () => socket.resume())
    inflate.on('data', (octets: Buffer) => {
      if (!this.push(octets)) inflate.pause()
    })
    inflate.on('end', () => this.push(null))
    // Uncompressed octets, or octets after the end of the compressed data, are an error.
    inflate.on('error', () => this.destroy())
    socket.resume()
  }

  #send(): void {
    this.#deflate.on('data', (octets: Buffer) => this.#socket.write(octets))
    this.#deflate.on('error', () => this.destroy())
  }

  /** RFC 4978 §3: flushes, so that the peer can decompress everything that was written so far. */
  #flush(sent: Sent): void {
    this.#deflate.flush(constants.Z_SYNC_FLUSH, () => {
      if (this.#socket.writableNeedDrain) this.#socket.once('drain', () => sent())
      else sent()
    })
  }
}
