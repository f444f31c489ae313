import { type KeyObject, sign } from 'node:crypto'

/**
 * Signatures that are made in one turn of the event loop, a quarter of a millisecond each. What waits longer lets
 * everybody else have a turn first.
 */
const IN_A_TURN = 8

interface Waiting {
  readonly key: KeyObject
  readonly input: Uint8Array
  readonly done: PromiseWithResolvers<Buffer>
}

let waiting: Waiting[] = []

/**
 * RSASSA-PKCS1-v1_5 with SHA-256. Made here and not in the thread pool, where a signature costs a third more: every
 * hand-over wakes a thread, and one key lets only one of them work at a time. Those of a turn are all made before any of
 * them is told of, so that their answers leave together.
 */
export function signInTurn(key: KeyObject, input: Uint8Array): Promise<Buffer> {
  const done = Promise.withResolvers<Buffer>()
  if (waiting.length === 0) setImmediate(takeTurn)
  waiting.push({ key, input, done })
  return done.promise
}

function takeTurn(): void {
  const turn = waiting.slice(0, IN_A_TURN)
  const answers = turn.map(answerTo)
  waiting = waiting.slice(IN_A_TURN)
  if (waiting.length > 0) setImmediate(takeTurn)
  for (const answer of answers) answer()
}

function answerTo({ key, input, done }: Waiting): () => void {
  try {
    const signature = sign('sha256', input, key)
    return () => done.resolve(signature)
  } catch (error) {
    return () => done.reject(error)
  }
}
