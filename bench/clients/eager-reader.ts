import { once } from 'node:events'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { ImapClient } from './imap.ts'
import type { Endpoint } from './endpoint.ts'

/** The command that the reader repeats. */
export interface Appetite {
  readonly place: Endpoint
  readonly user: string
  readonly token: string
  readonly folder: string
  readonly command: string
}

/** A client in a thread of its own, so that it is not in the way of those whose answers are timed. */
export class EagerReader {
  readonly #worker: Worker

  private constructor(worker: Worker) {
    this.#worker = worker
  }

  /** Resolves when the first answers have come. */
  static async start(appetite: Appetite): Promise<EagerReader> {
    const worker = new Worker(new URL(import.meta.url), { workerData: appetite })
    await once(worker, 'message')
    return new EagerReader(worker)
  }

  /** Resolves to the octets that it has been sent. */
  async stop(): Promise<number> {
    this.#worker.postMessage('stop', [])
    const [octets] = (await once(this.#worker, 'message')) as [number]
    return octets
  }
}

if (!isMainThread && parentPort) await readOn(parentPort, workerData as Appetite)

/** Goes on until it is told to stop, and then drops the connection in the midst of an answer. */
async function readOn(port: NonNullable<typeof parentPort>, appetite: Appetite): Promise<void> {
  const { place, user, token, folder, command } = appetite
  const client = await ImapClient.signIn(place, user, token)
  await client.run(`EXAMINE ${folder}`)
  const stopped = once(port, 'message').then(() => {
    const { octets } = client
    client.drop()
    return octets
  })
  client.onUntagged = () => {
    client.onUntagged = undefined
    port.postMessage('begun')
  }
  await readAgainAndAgain(client, command).catch(() => undefined)
  port.postMessage(await stopped)
}

async function readAgainAndAgain(client: ImapClient, command: string): Promise<never> {
  for (;;) await client.run(command)
}
