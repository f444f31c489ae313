import { randomBytes, randomFillSync, randomUUID } from 'node:crypto'
import type { Guid } from './ids.ts'

/** Time, random values and timers. Tests pass their own. */
export interface World {
  /** Milliseconds since the epoch. */
  now(): number
  /** Milliseconds since some moment. Measures how long something takes: it goes on evenly when the clock is set. */
  elapsed(): number
  /** Unpredictable bytes. */
  bytes(count: number): Uint8Array
  guid<T extends Guid = Guid>(): T
  /** Calls `run` once after that many milliseconds, unless the returned function is called first. */
  after(milliseconds: number, run: () => void): () => void
}

/** More octets than this get a system call of their own. Fewer come from a buffer of random octets, each used once. */
const FEW = 64
const store = Buffer.alloc(4096)
let left = 0

function drawn(count: number): Uint8Array {
  if (left < count) {
    randomFillSync(store)
    left = store.length
  }
  const bytes = Buffer.from(store.subarray(left - count, left))
  // A secret must not stay in memory.
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

/** RFC 9562 §5.7: a GUID that begins with the time, so that consecutive rows are stored together. */
export function guidInOrder<T extends Guid = Guid>(world: World): T {
  const time = world.now().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${world.guid().slice(15)}` as T
}
