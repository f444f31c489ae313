const SMALLEST_BLOCK = 4 * 1024
const LARGEST_BLOCK = 1024 * 1024

/**
 * Octets in memory in the order in which they came. Pieces that fill most of their memory are kept as they are, others
 * are copied into blocks, so that a client that sends an octet at a time uses no more memory than its octets need.
 */
export class GatheredOctets {
  readonly #parts: Buffer[] = []
  #block: Buffer = Buffer.alloc(0)
  /** The part of the block from `from` up to `filled` is not among the parts yet. */
  #from = 0
  #filled = 0
  #next = SMALLEST_BLOCK

  /** Octets of memory that {@link add} will use for the piece. */
  costOf(piece: Buffer): number {
    if (keepsAsIs(piece)) return piece.length
    const missing = piece.length - (this.#block.length - this.#filled)
    return missing > 0 ? Math.max(missing, this.#next) : 0
  }

  add(piece: Buffer): void {
    if (keepsAsIs(piece)) {
      this.#seal()
      this.#parts.push(piece)
      return
    }
    const copied = piece.copy(this.#block, this.#filled)
    this.#filled += copied
    if (copied === piece.length) return
    this.#seal()
    this.#block = Buffer.allocUnsafeSlow(Math.max(piece.length - copied, this.#next))
    this.#next = Math.min(2 * this.#next, LARGEST_BLOCK)
    this.#from = 0
    this.#filled = piece.copy(this.#block, 0, copied)
  }

  /** All of them; nothing is kept. */
  take(): readonly Buffer[] {
    this.#seal()
    this.#block = Buffer.alloc(0)
    this.#from = this.#filled = 0
    this.#next = SMALLEST_BLOCK
    return this.#parts.splice(0)
  }

  #seal(): void {
    if (this.#filled > this.#from) this.#parts.push(this.#block.subarray(this.#from, this.#filled))
    this.#from = this.#filled
  }
}

const keepsAsIs = (piece: Buffer): boolean =>
  piece.length >= SMALLEST_BLOCK && piece.length * 4 >= piece.buffer.byteLength
