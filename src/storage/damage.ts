import { HOUR } from '../core/duration.ts'
import type { Log } from '../core/log.ts'
import { Refusal } from '../core/refusal.ts'
import type { World } from '../core/world.ts'
import type { BlobRef } from './engine.ts'

/** Milliseconds after which the log has the same damage again. */
const AGAIN = HOUR
/** References that are remembered as logged. */
const MOST = 1000

/** What a read fails with where the file or the disk is at fault, and not the number of open files, say. */
const codes: ReadonlySet<unknown> = new Set(['EIO', 'ENOENT', 'EISDIR', 'EUCLEAN', 'EBADMSG'])

/** Makes a refusal of bytes that cannot be read, and logs it. */
export class Damage {
  readonly #world: World
  readonly #log: Log
  /** When each was logged, the longest ago first. */
  readonly #logged = new Map<BlobRef, number>()

  constructor(world: World, log: Log) {
    this.#world = world
    this.#log = log
  }

  /** What is to be thrown in place of what a read of `ref` threw. */
  refusal(ref: BlobRef, error: unknown): unknown {
    const { code } = error as { code?: unknown }
    return codes.has(code) ? this.of(ref, `cannot be read (${String(code)})`, error) : error
  }

  /** `fault` goes on where the sentence "The bytes of 1.2.3" ends. */
  of(ref: BlobRef, fault: string, error?: unknown): Refusal {
    const refusal = new Refusal('damaged', `The bytes of ${ref} ${fault}`)
    const now = this.#world.elapsed()
    const before = this.#logged.get(ref)
    if (before !== undefined && now - before < AGAIN) return refusal
    this.#logged.delete(ref)
    this.#logged.set(ref, now)
    if (this.#logged.size > MOST) this.#logged.delete(this.#logged.keys().next().value!)
    this.#log.error({ ref, error }, `The bytes of ${ref} ${fault}: "postern verify" names the message`)
    return refusal
  }
}
