import { randomBytes, randomUUID } from 'node:crypto'
import type { Guid } from './ids.ts'

/** Time and chance, handed in so that a test can hold both. */
export interface World {
  /** Milliseconds since the epoch. */
  now(): number
  /** Unpredictable bytes. */
  bytes(count: number): Uint8Array
  guid<T extends Guid = Guid>(): T
  /** Runs once after so many milliseconds, unless the returned function is called first. */
  after(milliseconds: number, run: () => void): () => void
}

export const realWorld: World = {
  now: () => Date.now(),
  bytes: (count) => randomBytes(count),
  guid: <T extends Guid>() => randomUUID() as string as T,
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** Whole seconds since the epoch, as tokens count them. */
export const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000)
