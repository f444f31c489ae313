/** At this number of chunks they are merged into one, so that a peer that sends single octets needs little memory. */
const MANY_CHUNKS = 64
const empty: readonly Buffer[] = []

/** Octets that were received and not yet read. */
export class ReceiveBuffer {
  /** All empty buffers share one array, because most connections wait. */
  #chunks: readonly Buffer[] = empty
  #length = 0

  get length(): number {
    return this.#length
  }

  push(chunk: Buffer): void {
    this.#length += chunk.length
    const chunks = [...this.#chunks, chunk]
    this.#chunks = chunks.length < MANY_CHUNKS ? chunks : [Buffer.concat(chunks, this.#length)]
  }

  unshift(chunk: Buffer): void {
    this.#length += chunk.length
    this.#chunks = [chunk, ...this.#chunks]
  }

  /** The first position of the octet from `from` on, or -1. */
  indexOf(octet: number, from: number): number {
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

  /** Removes the first `count` octets. The buffer must have that many. */
  take(count: number): Buffer {
    const parts: Buffer[] = []
    let missing = count
    let used = 0
    let rest: Buffer | undefined
    while (missing > 0) {
      const chunk = this.#chunks[used++]!
      if (chunk.length > missing) rest = chunk.subarray(missing)
      parts.push(rest ? chunk.subarray(0, missing) : chunk)
      missing -= parts[parts.length - 1]!.length
    }
    this.#length -= count
    this.#chunks = this.#length === 0 ? empty : [...(rest ? [rest] : []), ...this.#chunks.slice(used)]
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts, count)
  }

  /** The first octets as latin1, at most `most`. */
  start(most: number): string {
    return this.#chunks[0]?.toString('latin1', 0, most) ?? ''
  }

  clear(): void {
    this.#chunks = empty
    this.#length = 0
  }
}
