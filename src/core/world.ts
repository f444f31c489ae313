import { randomBytes, randomFillSync, randomUUID } from 'node:crypto'
import type { Guid } from './ids.ts'

/** Time and chance, handed in so that a test can hold both. */
export interface World {
  /** Milliseconds since the epoch. */
  now(): number
  /** Milliseconds since some moment. Measures how long something takes: it goes on evenly when the clock is set. */
  elapsed(): number
  /** Unpredictable bytes. */
  bytes(count: number): Uint8Array
  guid<T extends Guid = Guid>(): T
  /** Runs once after so many milliseconds, unless the returned function is called first. */
  after(milliseconds: number, run: () => void): () => void
}

/** Octets that are worth a call of their own; fewer are drawn from a store of them, each once. */
const FEW = 64
const store = Buffer.alloc(4096)
let left = 0

function drawn(count: number): Uint8Array {
  if (left < count) {
    randomFillSync(store)
    left = store.length
  }
  const bytes = Buffer.from(store.subarray(left - count, left))
  // A secret shall not lie about.
  store.fill(0, left - count, left)
  left -= count
  return bytes
}

export const realWorld: World = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  bytes: (count) => (count > FEW ? randomBytes(count) : drawn(count)),
  guid: <T extends Guid>() => randomUUID() as string as T,
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** Whole seconds since the epoch, as tokens count them. */
export const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000)

/** RFC 9562 §5.7: begins with the time, so that what is kept under one after another lies together. */
export function guidInOrder<T extends Guid = Guid>(world: World): T {
  const time = world.now().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${world.guid().slice(15)}` as T
}
