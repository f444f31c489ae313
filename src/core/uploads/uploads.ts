import { type GiveBack, largeOctets, OctetBudget, SMALL_SHARE } from '../octet-budget.ts'
import { type ArrivingShare, Upload, type UploadBudget } from './upload.ts'
import type { Kind, UploadPool } from './upload-pool.ts'

/** The part of the memory that only small uploads may use. */
const RESERVE = 1 / 8

/**
 * Incoming messages or request bodies of one protocol, within a memory budget.
 *
 * - The budget is charged with octets that have arrived, never with an announced size.
 * - Arriving uploads hold at most half of the budget, so that a complete one always finds memory.
 * - One caller holds at most a quarter. An eighth is reserved for uploads of up to 64 KiB.
 * - An upload without memory continues in a temporary file, and returns to memory when it is complete.
 * - While others wait, an upload that is slower than `uploads.octets_per_second` releases its share: it moves from
 *   memory to disk, and an upload on disk fails as busy.
 * - Every wait ends after `uploads.wait_seconds`. The upload then fails as busy and holds nothing.
 *
 * ```ts
 * const upload = uploads.begin(caller, () => wire.closed) // caller: app or user id, or networkOf(address) before
 * sign-in try {
 *   for await (const chunk of body) await upload.add(chunk) // undefined when there is nothing to wait for
 *   const octets = await upload.whole() // refuses `busy`, or `no-room` when the disk is full
 *   …
 * } finally {
 *   upload.drop() // releases everything
 * }
 * ```
 *
 * After a failure `add` counts and discards the octets, so that the rest of the body can be read. Check
 * `upload.failure` to stop sooner.
 */
export class Uploads implements UploadBudget {
  readonly pool: UploadPool
  readonly #memory: OctetBudget
  /** Octets that arriving uploads may hold, without small ones. */
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

  /** `gone` returns a signal that is aborted when the client disconnects. It is called only before a wait. */
  begin(caller: string, gone: () => AbortSignal): Upload {
    return new Upload(this, caller, gone)
  }

  /** Extra memory for work on a complete upload; undefined if no memory is free. */
  tryTake(octets: number, caller: string): GiveBack | undefined {
    return this.#memory.tryTake(octets, caller)
  }

  /** Memory for an upload that is complete on disk; undefined if none is free in time. */
  share(octets: number, caller: string, gone: AbortSignal): Promise<GiveBack | undefined> {
    return this.pool.share(this.#memory, octets, kindOf(octets), caller, gone)
  }

  /** Reports that an upload which holds `held` octets did not get `more`. */
  refused(held: number, more: number, caller: string): void {
    const isCapped = this.#memory.isCapped(more, caller)
    this.pool.refused({ kind: kindOf(held + more), from: isCapped ? caller : undefined })
  }

  /** An empty share for an upload that starts to arrive. */
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
