/** A peer that sends an octet at a time must not cost a buffer an octet: so many chunks are made one. */
const MANY_CHUNKS = 64
const none: readonly Buffer[] = []

/** Octets that came in and were not taken yet. */
export class ReceiveBuffer {
  /** Shared while there is nothing: a connection is mostly waiting. */
  #chunks: readonly Buffer[] = none
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

  /** Where the octet is first found, or -1. */
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

  /** The first of them; there have to be so many. */
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
    this.#chunks = this.#length === 0 ? none : [...(rest ? [rest] : []), ...this.#chunks.slice(used)]
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts, count)
  }

  /** What they begin with, as latin1. */
  start(most: number): string {
    return this.#chunks[0]?.toString('latin1', 0, most) ?? ''
  }

  clear(): void {
    this.#chunks = none
    this.#length = 0
  }
}
