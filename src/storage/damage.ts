import { HOUR } from '../core/time.ts'
import type { Log } from '../core/log.ts'
import { Refusal } from '../core/refusal.ts'
import type { World } from '../core/world.ts'
import type { BlobRef } from './engine.ts'

/** Milliseconds after which the same damage is logged again. */
const AGAIN = HOUR
/** References whose logging is remembered. */
const MOST = 1000

/** Error codes that mean a damaged file or disk, and not, for example, too many open files. */
const codes: ReadonlySet<unknown> = new Set(['EIO', 'ENOENT', 'EISDIR', 'EUCLEAN', 'EBADMSG'])

/** Creates refusals for bytes that cannot be read, and logs them. */
export class Damage {
  readonly #world: World
  readonly #log: Log
  /** When each was logged, the oldest first. */
  readonly #logged = new Map<BlobRef, number>()

  constructor(world: World, log: Log) {
    this.#world = world
    this.#log = log
  }

  /** The error to throw in place of the error of a read of `ref`. */
  refusal(ref: BlobRef, error: unknown): unknown {
    const { code } = error as { code?: unknown }
    return codes.has(code) ? this.of(ref, `cannot be read (${String(code)})`, error) : error
  }

  /** `fault` completes a sentence that begins with "The bytes of 1.2.3". */
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
