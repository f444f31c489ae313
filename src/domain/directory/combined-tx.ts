import type { Statements, Write } from '../../storage/engine.ts'

/** Writes what it is given, together with the other parts, and goes on when all of it is durable. */
type Part<T> = (write: Write) => Promise<T>

/** A part that has said what it writes, and waits. */
interface Waiting {
  readonly work: () => Statements<unknown>
  readonly resolve: (result: unknown) => void
  readonly reject: (reason: unknown) => void
}

/**
 * Several writes as one transaction, all or none, in the order of the parts. Each part is handed a `write` of its own, which
 * it may call once; all of them begin at once, so none can build on what another has written. Nothing is written when one
 * fails before, and none goes on when one fails within.
 */
export async function combinedTx<T extends readonly unknown[]>(
  sql: { readonly write: Write },
  parts: { readonly [P in keyof T]: Part<T[P]> },
): Promise<T> {
  const begun = parts.map(begin)
  const results = Promise.all(begun.map(({ result }) => result))
  // Whoever fails is told of below.
  results.catch(() => {})
  const waiting: Waiting[] = []
  try {
    for (const { arrival } of begun) {
      const arrived = await arrival
      if (arrived) waiting.push(arrived)
    }
    const written = waiting.length === 0 ? [] : await sql.write(() => inOrder(waiting))
    waiting.forEach(({ resolve }, place) => resolve(written[place]))
  } catch (error) {
    // Some may arrive yet, and are not to wait for ever.
    for (const { arrival } of begun) {
      void arrival.then(
        (late) => late?.reject(error),
        () => {},
      )
    }
    await Promise.allSettled(begun.map(({ result }) => result))
    throw error
  }
  return (await results) as unknown as T
}

function begin<T>(part: Part<T>) {
  const arrival = Promise.withResolvers<Waiting | undefined>()
  let calls = 0
  const write: Write = (work) => {
    if (calls++ > 0) return Promise.reject(new Error('A part of a joint write has written already'))
    return new Promise((resolve, reject) => {
      arrival.resolve({ work, resolve: resolve as Waiting['resolve'], reject })
    })
  }
  const result = (async () => part(write))()
  result.then(() => arrival.resolve(undefined), arrival.reject)
  // They are looked at one after another.
  arrival.promise.catch(() => {})
  return { arrival: arrival.promise, result }
}

function* inOrder(waiting: readonly Waiting[]): Statements<readonly unknown[]> {
  const results: unknown[] = []
  for (const { work } of waiting) results.push(yield* work())
  return results
}
