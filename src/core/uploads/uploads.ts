import { type GiveBack, largeOctets, OctetBudget, SMALL_SHARE } from '../octet-budget.ts'
import { type ArrivingShare, Upload, type UploadBudget } from './upload.ts'
import type { Kind, UploadPool } from './upload-pool.ts'

/** The part of the memory that only small uploads may use. */
const RESERVE = 1 / 8

/**
 * Messages or request bodies of one protocol on their way in, within a memory budget.
 *
 * - The budget is charged with what has arrived, never with what a client announces.
 * - Uploads that are still arriving hold at most half of it, so that there is always room for one that is complete.
 * - One caller holds at most a quarter of it. An eighth is for uploads of up to 64 KiB alone.
 * - An upload that gets no memory goes on in a temporary file, and comes back into memory when it is complete.
 * - While others wait, an upload that is slower than `uploads.octets_per_second` gives its share back: it moves from
 *   memory to disk, and from disk it ends as busy.
 * - Every wait ends after `uploads.wait_seconds`; the upload then fails as busy and holds nothing.
 *
 * ```ts
 * const upload = uploads.begin(caller, () => wire.closed) // caller: app or user id, or networkOf(address) before sign-in
 * try {
 *   for await (const chunk of body) await upload.add(chunk) // undefined when there is nothing to wait for
 *   const octets = await upload.whole() // refuses `busy`, or `no-room` when the disk is full
 *   …
 * } finally {
 *   upload.drop() // gives everything back
 * }
 * ```
 *
 * After a failure `add` counts and forgets, so that the rest of the body can be read; look at `upload.failure` to stop
 * sooner.
 */
export class Uploads implements UploadBudget {
  readonly pool: UploadPool
  readonly #memory: OctetBudget
  /** What uploads that are still arriving may hold, without small ones, and do hold. */
  readonly #mostArriving: number
  #arriving = 0

  /** `largest`: the largest upload. Two of them fit, even when `octets` is less. */
  constructor(pool: UploadPool, { octets, largest }: { readonly octets: number; readonly largest: number }) {
    const whole = Math.max(octets, 2 * largest)
    const reserve = Math.floor(whole * RESERVE)
    this.pool = pool
    this.#memory = new OctetBudget(whole, { reserve })
    this.#mostArriving = Math.floor((whole - reserve) / 2)
  }

  /** `gone` gives a signal that is aborted when the client goes away; it is asked for only when there is a wait. */
  begin(caller: string, gone: () => AbortSignal): Upload {
    return new Upload(this, caller, gone)
  }

  /** Memory for work on an upload that is complete, beside its own; undefined when there is none now. */
  tryTake(octets: number, caller: string): GiveBack | undefined {
    return this.#memory.tryTake(octets, caller)
  }

  /** Memory for an upload that is complete on disk; undefined when there is none in time. */
  share(octets: number, caller: string, gone: AbortSignal): Promise<GiveBack | undefined> {
    return this.pool.share(this.#memory, octets, kindOf(octets), caller, gone)
  }

  /** An upload that holds so much did not get so much more. */
  refused(held: number, more: number, caller: string): void {
    const isCapped = this.#memory.isCapped(more, caller)
    this.pool.refused({ kind: kindOf(held + more), from: isCapped ? caller : undefined })
  }

  /** An empty share for an upload that begins to arrive. */
  arriving(caller: string): ArrivingShare {
    const share = this.#memory.growing(caller)
    let complete = false
    const end = (): void => {
      if (!complete) this.#arriving -= largeOctets(share.octets)
    }
    return {
      get octets() {
        return share.octets
      },
      grow: (more) => {
        const large = largeOctets(share.octets + more) - largeOctets(share.octets)
        const fits = (large === 0 || this.#arriving + large <= this.#mostArriving) && share.grow(more)
        if (fits) this.#arriving += large
        return fits
      },
      complete() {
        end()
        complete = true
      },
      giveBack() {
        end()
        share.giveBack()
      },
    }
  }
}

const kindOf = (octets: number): Kind => (octets > SMALL_SHARE ? 'large memory' : 'memory')
