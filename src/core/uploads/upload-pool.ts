import { SECOND } from '../time.ts'
import type { GiveBack, OctetBudget } from '../octet-budget.ts'
import type { World } from '../world.ts'
import type { UploadSettings } from './settings.ts'
import { SPILL_UNIT, type Spill, type SpillFile } from './spill.ts'

/** Milliseconds over which the speed of an upload is measured. */
const WINDOW: number = 5 * SECOND

export interface UploadPoolOptions {
  readonly world: World
  readonly settings: Pick<UploadSettings, 'octets_per_second' | 'wait_seconds'>
  /** Without it an upload that does not fit in memory ends as busy. */
  readonly spill?: Spill
}

/** A kind of share: any memory, the memory of an upload that is not small, or disk space. */
export type Kind = 'memory' | 'large memory' | 'disk'

/** An upload, as the pool sees it. */
export interface WatchedUpload {
  readonly caller: string
  /** Octets that have arrived. */
  readonly octets: number
  /** Number of waits for a share. */
  readonly waits: number
  readonly isWaiting: boolean
  /** Releases a share, because the upload is slow and others wait. */
  yield(kind: Kind): void
}

/** A request for a share that others, or only the caller itself (`from`), can satisfy by releasing theirs. */
interface ShareRequest {
  readonly kind: Kind
  readonly from: string | undefined
}

/** A temporary file, with its place among the files. */
export interface OpenedUpload {
  readonly file: SpillFile
  readonly place: GiveBack
}

/** The disk space for uploads of all protocols. Slow uploads release their shares while others wait. */
export class UploadPool {
  readonly #world: World
  readonly #spill: Spill | undefined
  readonly #waitLimit: number
  readonly #least: number
  /** The progress of each upload when the present window began; undefined for one that came later. */
  readonly #uploads = new Map<WatchedUpload, { readonly octets: number; readonly waits: number } | undefined>()
  readonly #waiting = new Set<ShareRequest>()
  #refused: ShareRequest[] = []
  #watching = false

  constructor({ world, settings, spill }: UploadPoolOptions) {
    this.#world = world
    this.#spill = spill && spill.octets.forLarge >= SPILL_UNIT ? spill : undefined
    this.#waitLimit = settings.wait_seconds * SECOND
    this.#least = settings.octets_per_second * (WINDOW / SECOND)
  }

  enter(upload: WatchedUpload): void {
    this.#uploads.set(upload, undefined)
  }

  leave(upload: WatchedUpload): void {
    this.#uploads.delete(upload)
  }

  /** Opens a temporary file; undefined if the limit on files leaves no room in time, or without a disk budget. */
  async open(caller: string, gone: AbortSignal): Promise<OpenedUpload | undefined> {
    const spill = this.#spill
    const place = spill && (await this.share(spill.files, 1, 'disk', caller, gone))
    if (!place) return undefined
    try {
      return { file: await spill.create(), place }
    } catch (thrown) {
      place()
      throw thrown
    }
  }

  /** One unit of the disk budget. */
  async unit(caller: string, gone: AbortSignal): Promise<GiveBack | undefined> {
    return this.#spill && this.share(this.#spill.octets, SPILL_UNIT, 'disk', caller, gone)
  }

  /** A share of a budget; undefined if none is free in time, or if the client disconnects first. */
  async share(
    budget: OctetBudget,
    octets: number,
    kind: Kind,
    caller: string,
    gone: AbortSignal,
  ): Promise<GiveBack | undefined> {
    const now = budget.tryTake(octets, caller)
    if (now) return now
    const want = { kind, from: budget.isCapped(octets, caller) ? caller : undefined }
    this.#waiting.add(want)
    if (want.from !== undefined && kind !== 'disk') this.#makeRoom(want.from)
    this.#watch()
    const limit = new AbortController()
    const end = (): void => limit.abort()
    const stop = this.#world.after(this.#waitLimit, end)
    if (gone.aborted) end()
    gone.addEventListener('abort', end)
    const giveBack = await budget.take(octets, limit.signal, caller)
    stop()
    gone.removeEventListener('abort', end)
    this.#waiting.delete(want)
    if (!limit.signal.aborted) return giveBack
    giveBack()
    return undefined
  }

  /** An upload did not get memory. From here on slow uploads release theirs. */
  refused(want: ShareRequest): void {
    if (!this.#refused.some((it) => it.kind === want.kind && it.from === want.from)) this.#refused.push(want)
    this.#watch()
  }

  /** Moves arriving uploads of a caller to disk, so that a complete one of the same caller need not wait. */
  #makeRoom(caller: string): void {
    for (const upload of this.#uploads.keys()) if (upload.caller === caller) upload.yield('large memory')
  }

  #watch(): void {
    if (this.#watching) return
    this.#watching = true
    for (const upload of this.#uploads.keys()) {
      this.#uploads.set(upload, { octets: upload.octets, waits: upload.waits })
    }
    this.#world.after(WINDOW, () => {
      this.#watching = false
      this.#reclaim([...this.#refused.splice(0), ...this.#waiting])
    })
  }

  #reclaim(wants: readonly ShareRequest[]): void {
    const requested = new Set(wants.map(({ kind, from }) => `${kind} ${from ?? ''}`))
    for (const [upload, before] of this.#uploads) {
      if (!before || !this.#isSlow(upload, before)) continue
      for (const kind of ['memory', 'large memory', 'disk'] as const) {
        if (requested.has(`${kind} `) || requested.has(`${kind} ${upload.caller}`)) upload.yield(kind)
      }
    }
    if (this.#waiting.size > 0) this.#watch()
  }

  /** An upload that had to wait for a share is not slow. */
  #isSlow(upload: WatchedUpload, before: { readonly octets: number; readonly waits: number }): boolean {
    return upload.octets - before.octets < this.#least && !upload.isWaiting && upload.waits === before.waits
  }
}
