import { afterAll, beforeAll } from 'vitest'

/** Takes what is to be done when whatever was opened is needed no more. */
export type AtEnd = (end: () => Promise<void> | void) => void

/** Opens something once for all tests around, none of which changes it. */
export function openOnce<T>(open: (atEnd: AtEnd) => Promise<T>): () => T {
  const ends: (() => Promise<void> | void)[] = []
  let made: T
  beforeAll(async () => {
    made = await open((end) => void ends.push(end))
  })
  afterAll(async () => {
    for (const end of ends.toReversed()) await end()
  })
  return () => made
}

const PATIENCE = 20_000

/** Resolves once something is so that only the other side of a socket brings about. */
export async function waitUntil(so: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE
  while (!so()) {
    if (performance.now() > deadline) throw new Error(`It never came: ${so.toString()}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
