import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

/** A process of its own that signs, so that its CPU can be told from everybody else's. */
export class RawSigner {
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  static async start(): Promise<RawSigner> {
    const child = fork(path.resolve(import.meta.dirname, '../clients/raw-signer.ts'))
    await once(child, 'message')
    return new RawSigner(child)
  }

  get pid(): number {
    return this.#child.pid!
  }

  /** Signatures, one after another. */
  async sign(seconds: number): Promise<{ operations: number }> {
    this.#child.send({ seconds })
    const [answer] = (await once(this.#child, 'message')) as [{ operations: number }]
    return answer
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit')
    this.#child.kill()
    await ended
  }
}
