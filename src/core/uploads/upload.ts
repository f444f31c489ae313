import { type GiveBack, type GrowingShare, SMALL_SHARE } from '../octet-budget.ts'
import { Refusal } from '../refusal.ts'
import { SpilledOctets } from './spill.ts'
import type { Kind, UploadPool, WatchedUpload } from './upload-pool.ts'

/** The place of the octets of an upload. */
type State =
  | { readonly at: 'memory'; readonly gathered: GatheredOctets }
  | { readonly at: 'disk'; readonly spilled: SpilledOctets }
  | { readonly at: 'nowhere' }

const nowhere: State = { at: 'nowhere' }

/** The memory of one upload. Until `complete`, it counts toward the limit on arriving uploads. */
export interface ArrivingShare extends GrowingShare {
  complete(): void
}

/** The memory budget from which uploads take their shares. */
export interface UploadBudget {
  readonly pool: UploadPool
  /** An empty share for an upload that starts to arrive. */
  arriving(caller: string): ArrivingShare
  /** Reports that an upload which holds `held` octets did not get `more`. */
  refused(held: number, more: number, caller: string): void
  /** Memory for an upload that is complete on disk; undefined if none is free in time. */
  share(octets: number, caller: string, gone: AbortSignal): Promise<GiveBack | undefined>
}

/** One incoming message or request body. Only one call at a time may be pending. */
export class Upload implements WatchedUpload {
  readonly caller: string
  readonly #budget: UploadBudget
  readonly #gone: () => AbortSignal
  readonly #share: ArrivingShare
  #state: State = { at: 'memory', gathered: new GatheredOctets() }
  #octets = 0
  #failure: Error | undefined
  /** The move from memory to disk, while it runs. */
  #moving: Promise<void> | undefined
  #waits = 0
  #isWaiting = false
  #giveBack: (() => void) | undefined

  constructor(budget: UploadBudget, caller: string, gone: () => AbortSignal) {
    this.#budget = budget
    this.caller = caller
    this.#gone = gone
    this.#share = budget.arriving(caller)
    budget.pool.enter(this)
  }

  /** Octets that have arrived, kept or not. */
  get octets(): number {
    return this.#octets
  }

  /** The reason for a failure: a refusal `busy`, or `no-room` on a full disk, or an error of the file system. */
  get failure(): Error | undefined {
    return this.#failure
  }

  get waits(): number {
    return this.#waits
  }

  get isWaiting(): boolean {
    return this.#isWaiting
  }

  /**
   * Keeps a piece, which must not change afterwards. If it returns a promise, the next piece may come when that
   * resolves.
   */
  add(piece: Buffer): Promise<void> | undefined {
    this.#octets += piece.length
    if (this.#state.at === 'nowhere' || this.#keep(piece)) return undefined
    return this.#addLater(piece)
  }

  /** Returns all octets in memory. Refuses `busy` or `no-room`. The share is held until {@link drop}. */
  async whole(): Promise<Buffer> {
    this.#budget.pool.leave(this)
    await this.#moving
    const state = this.#state
    this.#state = nowhere
    if (state.at === 'memory') {
      this.#share.complete()
      const parts = state.gathered.take()
      return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
    }
    if (state.at === 'nowhere') throw this.#failure ?? new Error('The upload was dropped')
    try {
      return await this.#readBack(state.spilled)
    } finally {
      state.spilled.close()
    }
  }

  /** Releases everything. Octets that were not taken before are lost. */
  drop(): void {
    this.#budget.pool.leave(this)
    if (this.#state.at === 'disk') this.#state.spilled.close()
    this.#state = nowhere
    if (!this.#moving) this.#share.giveBack()
    this.#giveBack?.()
    this.#giveBack = undefined
  }

  yield(kind: Kind): void {
    const { at } = this.#state
    if (kind === 'disk') {
      if (at === 'disk') this.#fail(busy())
      return
    }
    const least = kind === 'memory' ? 0 : SMALL_SHARE
    if (at === 'memory' && this.#share.octets > least) void this.#move()
  }

  /** Keeps a piece in memory. Returns false if there is no memory for it. */
  #keep(piece: Buffer): boolean {
    if (this.#state.at !== 'memory' || this.#moving) return false
    const { gathered } = this.#state
    const cost = gathered.costOf(piece)
    if (cost > 0 && !this.#share.grow(cost)) {
      this.#budget.refused(this.#share.octets, cost, this.caller)
      return false
    }
    gathered.add(piece)
    return true
  }

  async #addLater(piece: Buffer): Promise<void> {
    await this.#move()
    const state = this.#state
    if (state.at !== 'disk') return
    await this.#attempt(async () => {
      if (!(await state.spilled.write(piece))) this.#fail(busy())
    })
  }

  /** Moves the upload from memory to disk, unless it is there already. */
  #move(): Promise<void> {
    if (this.#state.at !== 'memory') return this.#moving ?? Promise.resolve()
    this.#moving ??= this.#attempt(() => this.#spill()).finally(() => {
      this.#moving = undefined
      if (this.#state.at !== 'memory') this.#share.giveBack()
    })
    return this.#moving
  }

  async #spill(): Promise<void> {
    const { pool } = this.#budget
    const opened = await this.#waiting(() => pool.open(this.caller, this.#gone()))
    if (!opened) return void this.#fail(busy())
    const charge = () => this.#waiting(() => pool.unit(this.caller, this.#gone()))
    const spilled = new SpilledOctets(opened.file, opened.place, charge)
    try {
      const parts = this.#state.at === 'memory' ? this.#state.gathered.take() : []
      for (const part of parts) {
        if (this.#state.at !== 'memory') return
        if (!(await spilled.write(part))) return void this.#fail(busy())
      }
      if (this.#state.at === 'memory') this.#state = { at: 'disk', spilled }
    } finally {
      if (this.#state.at !== 'disk') spilled.close()
    }
  }

  async #readBack(spilled: SpilledOctets): Promise<Buffer> {
    const giveBack = await this.#budget.share(spilled.octets, this.caller, this.#gone())
    if (!giveBack) throw this.#fail(busy())
    this.#giveBack = giveBack
    return spilled.read()
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (thrown) {
      this.#fail(
        isFull(thrown) ? new Refusal('no-room', 'There is no room on the disk at the moment') : (thrown as Error),
      )
    }
  }

  async #waiting<T>(work: () => Promise<T>): Promise<T> {
    this.#waits++
    this.#isWaiting = true
    try {
      return await work()
    } finally {
      this.#isWaiting = false
    }
  }

  /** Fails the upload. Octets that arrive later are counted and discarded. */
  #fail(why: Error): Error {
    this.#failure ??= why
    this.drop()
    return this.#failure
  }
}

const busy = (): Refusal => new Refusal('busy', 'Too much is being sent at the moment')

const isFull = (thrown: unknown): boolean =>
  ['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE'].includes((thrown as NodeJS.ErrnoException)?.code ?? '')

const SMALLEST_BLOCK = 4 * 1024
const LARGEST_BLOCK = 1024 * 1024

/**
 * Octets in memory, in order. A piece that fills most of its buffer is kept as it is. Other pieces are copied into
 * blocks, so that a client that sends single octets uses only the memory that they need.
 */
class GatheredOctets {
  readonly #parts: Buffer[] = []
  #block: Buffer = Buffer.alloc(0)
  /** The block from `from` to `filled` is not yet one of the parts. */
  #from = 0
  #filled = 0
  #next = SMALLEST_BLOCK

  /** Octets of memory that {@link add} needs for the piece. */
  costOf(piece: Buffer): number {
    if (keepsAsIs(piece)) return piece.length
    const missing = piece.length - (this.#block.length - this.#filled)
    return missing > 0 ? Math.max(missing, this.#next) : 0
  }

  add(piece: Buffer): void {
    if (keepsAsIs(piece)) {
      this.#seal()
      this.#parts.push(piece)
      return
    }
    const copied = piece.copy(this.#block, this.#filled)
    this.#filled += copied
    if (copied === piece.length) return
    this.#seal()
    this.#block = Buffer.allocUnsafeSlow(Math.max(piece.length - copied, this.#next))
    this.#next = Math.min(2 * this.#next, LARGEST_BLOCK)
    this.#from = 0
    this.#filled = piece.copy(this.#block, 0, copied)
  }

  /** Removes and returns all octets. */
  take(): readonly Buffer[] {
    this.#seal()
    this.#block = Buffer.alloc(0)
    this.#from = this.#filled = 0
    this.#next = SMALLEST_BLOCK
    return this.#parts.splice(0)
  }

  #seal(): void {
    if (this.#filled > this.#from) this.#parts.push(this.#block.subarray(this.#from, this.#filled))
    this.#from = this.#filled
  }
}

const keepsAsIs = (piece: Buffer): boolean =>
  piece.length >= SMALLEST_BLOCK && piece.length * 4 >= piece.buffer.byteLength
