import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { Lane } from '../../../core/concurrency.ts'
import { sibling } from '../../../core/sibling.ts'
import { type Summary, summarise } from './summarise.ts'

/** Octets from which on a message could keep everybody else waiting while it is read. */
const LARGE = 512 * 1024

/** Reads messages: small ones at once, large ones on a thread beside, one after another. */
export class Summariser {
  readonly #lane = new Lane()
  #worker: Worker | undefined

  async summarise(bytes: Uint8Array): Promise<Summary> {
    return bytes.length < LARGE ? summarise(bytes) : this.#lane.run(() => this.#beside(bytes))
  }

  async #beside(bytes: Uint8Array): Promise<Summary> {
    const worker = (this.#worker ??= this.#start())
    // A thread that waits must not keep the program alive; one that works must.
    worker.ref()
    try {
      // A copy of its own, given away: cloning a view would clone all that is behind it.
      const copy = new Uint8Array(bytes)
      worker.postMessage(copy, [copy.buffer])
      const [summary] = (await once(worker, 'message')) as [Summary]
      return summary
    } finally {
      worker.unref()
    }
  }

  #start(): Worker {
    const worker = new Worker(sibling('summarise-worker', import.meta.url))
    worker.on('error', () => (this.#worker = undefined))
    return worker
  }
}
