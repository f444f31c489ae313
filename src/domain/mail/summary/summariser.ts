import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { Lane } from '../../../core/concurrency.ts'
import { sibling } from '../../../core/sibling.ts'
import { type Summary, summarise } from './summarise.ts'

/** The size in octets from which on parsing a message could block other work. */
const LARGE = 512 * 1024

/** Parses messages: small ones at once, large ones on a worker thread, one after another. */
export class Summariser {
  readonly #lane = new Lane()
  #worker: Worker | undefined

  async summarise(bytes: Uint8Array): Promise<Summary> {
    return bytes.length < LARGE ? summarise(bytes) : this.#lane.run(() => this.#beside(bytes))
  }

  async #beside(bytes: Uint8Array): Promise<Summary> {
    const worker = (this.#worker ??= this.#start())
    // An idle thread must not keep the program alive; a busy one must.
    worker.ref()
    try {
      // Transfers a copy: cloning a view would clone the whole buffer behind it.
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
