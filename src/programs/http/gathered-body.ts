/** Chunks of at least this many octets are kept as they came. */
const LARGE = 4096
const LARGEST_TAIL = 64 * 1024

/**
 * What arrived of a body. Small chunks are copied together, so that a client that sends an octet at a time does not cost
 * an object for each.
 */
export class GatheredBody {
  readonly #pieces: Buffer[] = []
  #tail = Buffer.alloc(0)
  #used = 0
  octets = 0

  add(chunk: Buffer): void {
    this.octets += chunk.length
    if (chunk.length >= LARGE) {
      this.#endTail()
      this.#pieces.push(chunk)
      return
    }
    if (this.#used + chunk.length > this.#tail.length) this.#makeRoom(chunk.length)
    chunk.copy(this.#tail, this.#used)
    this.#used += chunk.length
  }

  whole(): Buffer {
    this.#endTail()
    return this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces, this.octets)
  }

  #makeRoom(octets: number): void {
    if (this.#used + octets > LARGEST_TAIL) this.#endTail()
    const larger = Buffer.alloc(Math.min(LARGEST_TAIL, Math.max(2 * this.#tail.length, this.#used + octets)))
    this.#tail.copy(larger, 0, 0, this.#used)
    this.#tail = larger
  }

  #endTail(): void {
    if (this.#used > 0) this.#pieces.push(this.#tail.subarray(0, this.#used))
    this.#tail = Buffer.alloc(0)
    this.#used = 0
  }
}
