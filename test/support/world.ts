import { createHash } from 'node:crypto'
import type { Guid } from '../../src/core/ids.ts'
import { realWorld, type World } from '../../src/core/world.ts'

/** A world whose clock moves only when told, and whose chance is the same every time. */
export class TestWorld implements World {
  #now: number
  #draws = 0
  readonly #timers = new Set<{ due: number; run: () => void }>()

  constructor(start = Date.UTC(2026, 10, 24, 8)) {
    this.#now = start
  }

  now(): number {
    return this.#now
  }

  elapsed(): number {
    return this.#now
  }

  bytes(count: number): Uint8Array {
    const parts: Buffer[] = []
    for (let have = 0; have < count; have += 32) {
      parts.push(
        createHash('sha256')
          .update(`draw ${this.#draws++}`)
          .digest(),
      )
    }
    return Buffer.concat(parts).subarray(0, count)
  }

  guid<T extends Guid = Guid>(): T {
    const hex = Buffer.from(this.bytes(16)).toString('hex')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}` as T
  }

  after(milliseconds: number, run: () => void): () => void {
    const timer = { due: this.#now + milliseconds, run }
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  /** Moves the clock, running what falls due on the way, in order. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds
    for (;;) {
      const due = [...this.#timers].filter((timer) => timer.due <= end).sort((a, b) => a.due - b.due)[0]
      if (!due) break
      this.#timers.delete(due)
      this.#now = Math.max(this.#now, due.due)
      due.run()
    }
    this.#now = end
  }
}

/** The real world with a clock that runs so many times as fast: what is done once in an hour is done in no time. */
export function acceleratedWorld(times: number): World {
  const start = Date.now()
  return {
    ...realWorld,
    now: () => start + (Date.now() - start) * times,
    elapsed: () => performance.now() * times,
    after: (milliseconds, run) => realWorld.after(Math.ceil(milliseconds / times), run),
  }
}
