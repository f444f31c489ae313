import type { Log } from '../../core/log.ts'
import type { World } from '../../core/world.ts'
import type { Statements } from '../engine.ts'
import { gathered } from '../gathered.ts'
import type { Room } from '../disk-full.ts'
import type { Group, Member } from './group.ts'

/** A group ends after so many members or milliseconds, so that the event loop gets its turn. */
const MOST_MEMBERS = 512
const LONGEST = 10

interface Around {
  readonly world: World
  readonly log: Log
  readonly room: Room
  /** Resolves when what was committed is durable. */
  readonly sync: () => Promise<void>
  /** Something became durable: readers may see it. */
  readonly durable: () => void
  /** Between two groups nobody writes. */
  readonly between: () => Promise<void>
}

/**
 * The one lane through which everything is written. What queues while a group is on its way to the disk makes up the
 * next one; the members of a group are answered together, when it is durable.
 */
export class Writer {
  readonly #group: Group
  readonly #around: Around
  #queue: Member[] = []
  #draining: Promise<void> | undefined
  #closed: Error | undefined

  constructor(group: Group, around: Around) {
    this.#group = group
    this.#around = around
  }

  write<T>(work: () => Statements<T>): Promise<T> {
    if (this.#closed) return Promise.reject(this.#closed)
    return new Promise<T>((resolve, reject) => {
      const refuse = (reason: unknown) => reject(this.#around.room.refusal(reason))
      this.#queue.push({ work, resolve: resolve as Member['resolve'], reject: refuse })
      this.#draining ??= this.#drain()
    })
  }

  /** Finishes what is queued and takes nothing more. */
  async close(): Promise<void> {
    this.#closed ??= new Error('The store is closed')
    await this.#draining
  }

  async #drain(): Promise<void> {
    try {
      for (;;) {
        await gathered(() => this.#queue.length)
        const first = this.#queue[0]
        if (!first) return
        await this.#commit(first)
        await this.#around.between()
      }
    } catch (error) {
      this.#fail(error)
    } finally {
      this.#draining = undefined
    }
  }

  async #commit(first: Member): Promise<void> {
    const end = this.#around.world.now() + LONGEST
    let taken = 1
    const { committed, answers } = await this.#group.commit(first, () =>
      taken < MOST_MEMBERS && this.#around.world.now() < end ? this.#queue[taken++] : undefined,
    )
    // They stay in the queue until they are safe: should the sync fail, they fail with all the others.
    if (committed) {
      await this.#around.sync()
      this.#around.durable()
    }
    this.#queue.splice(0, answers.length)
    for (const tell of answers) tell()
  }

  /**
   * What a disk does not confirm may be there or not, and asking again proves nothing: after a failed sync nothing
   * more is written until the program has been started again.
   */
  #fail(error: unknown): void {
    this.#around.log.error({ error }, 'The store could not be written to and is closed')
    this.#closed = new Error('The store could not be written to and is closed', { cause: error })
    for (const { reject } of this.#queue.splice(0)) reject(this.#closed)
  }
}
