import type { Uid } from '../../../../core/ids.ts'
import type { Log } from '../../../../core/log.ts'
import type { World } from '../../../../core/world.ts'
import { type Engine, named } from '../../../../storage/engine.ts'
import type { LeasedParts } from '../../leased-parts.ts'
import { FEW } from './builder.ts'
import type { TextKind } from './text-column.ts'
import {
  type FolderBehind,
  beyondMark,
  foldersBehind,
  setMark,
  type SparseSegment,
  sparseSegment,
  type TextOwner,
} from './text-rows.ts'

/** Milliseconds without a write after which the index works. */
const QUIET = 1000
/**
 * The longest wait after a write, in milliseconds; if writes continue, the pause after a step is this many times its
 * duration.
 */
const LONGEST = 30_000
const PAUSES = 4
/** Milliseconds between two steps without writes. */
const PAUSE = 10
/** Milliseconds from the start to the first check for unfinished work. */
const FIRST = 10_000
/** Messages of one step. */
const STEP = 256

/** The operations that the scheduler calls. */
interface IndexOperations {
  /** Makes the missing texts. */
  keep(owner: TextOwner, kind: TextKind, uids: readonly Uid[]): Promise<void>
  /** Replaces a segment. */
  renew(worn: SparseSegment): Promise<void>
}

interface Parts {
  readonly engine: Engine
  readonly parts: LeasedParts
  readonly world: World
  readonly log: Log
}

/** Tells the other nodes that there is something to do for them. */
const textsMissing = named('mail texts missing')

/** A round goes through the folders with missing texts, and then through the sparse segments. */
type Phase =
  | { readonly at: 'rest' }
  | { readonly at: 'folders'; readonly behind: readonly FolderBehind[]; readonly lookedUpTo: number | undefined }
  | { readonly at: 'worn' }

/**
 * Has texts made in the background, while there are no writes. Marks in the folders' rows say what is left to do, so a
 * restart loses nothing.
 */
export class IndexScheduler {
  readonly #parts: Parts
  readonly #hands: IndexOperations
  #phase: Phase = { at: 'rest' }
  #writtenAt = Number.NEGATIVE_INFINITY
  /** The time of the first write since the last round began. */
  #unseenSince: number | undefined
  #timer: { readonly due: number; readonly cancel: () => void } | undefined
  #running: Promise<void> | undefined
  /** Whether writes of this node are not known to the others. */
  #untold = false

  constructor(parts: Parts, hands: IndexOperations) {
    this.#parts = parts
    this.#hands = hands
    this.#begin()
    parts.parts.watch(() => this.#begin())
    parts.engine.notifier.subscribe(textsMissing, () => this.#heard())
  }

  /** Called after a write. */
  written(): void {
    this.#untold = true
    this.#heard()
  }

  #begin(): void {
    this.#unseenSince ??= this.#parts.world.elapsed()
    this.#wakeIn(FIRST)
  }

  #heard(): void {
    this.#writtenAt = this.#parts.world.elapsed()
    this.#unseenSince ??= this.#writtenAt
    this.#wakeIn(QUIET)
  }

  /** Resolves when the running step is done. The rest waits for the next start. */
  async settled(): Promise<void> {
    await this.#running
  }

  #wakeIn(milliseconds: number): void {
    const due = this.#parts.world.elapsed() + milliseconds
    if (this.#running || (this.#timer && this.#timer.due <= due)) return
    this.#timer?.cancel()
    this.#timer = { due, cancel: this.#parts.world.after(milliseconds, () => this.#start()) }
  }

  #start(): void {
    this.#timer = undefined
    this.#running = this.#step().then((pause) => {
      this.#running = undefined
      if (pause !== undefined) this.#wakeIn(pause)
    })
  }

  /** Returns the milliseconds until the next step; undefined if there is nothing to do. */
  async #step(): Promise<number | undefined> {
    const { world, log } = this.#parts
    const started = world.elapsed()
    const quietIn = this.#writtenAt + QUIET - started
    if (this.#phase.at === 'rest') {
      if (this.#unseenSince === undefined) return undefined
      const wait = Math.min(quietIn, this.#unseenSince + LONGEST - started)
      if (wait > 0) return wait
      this.#unseenSince = undefined
      this.#tellOthers()
      if (this.#parts.parts.hasNone) return undefined
      this.#phase = { at: 'folders', behind: [], lookedUpTo: 0 }
    }
    try {
      this.#phase = await this.#next(this.#phase)
      return quietIn > 0 ? PAUSES * (world.elapsed() - started) : PAUSE
    } catch (error) {
      // The next write or start tries again.
      log.warn({ error }, 'Texts of messages could not be kept')
      this.#phase = { at: 'rest' }
      return undefined
    }
  }

  /** The texts of a mailbox may be another node's to make. */
  #tellOthers(): void {
    const { engine, parts } = this.#parts
    if (this.#untold && !parts.hasAll) engine.notifier.notify(textsMissing)
    this.#untold = false
  }

  /** Does the next step of a round. */
  async #next(phase: Phase): Promise<Phase> {
    const { sql } = this.#parts.engine
    if (phase.at === 'folders') {
      const { behind, lookedUpTo } = phase
      const [first] = behind
      if (first) return (await this.#catchUp(first)) ? phase : { ...phase, behind: behind.slice(1) }
      if (lookedUpTo === undefined) return { at: 'worn' }
      const found = await foldersBehind(sql, this.#parts.parts, FEW, lookedUpTo)
      return { at: 'folders', behind: found.behind, lookedUpTo: found.last }
    }
    const worn = phase.at === 'worn' ? await sparseSegment(sql, this.#parts.parts) : undefined
    if (!worn) return { at: 'rest' }
    await this.#hands.renew(worn)
    return phase
  }

  /** Returns true if the folder needs another step. */
  async #catchUp(behind: FolderBehind): Promise<boolean> {
    const { sql } = this.#parts.engine
    const uids = await beyondMark(sql, behind, STEP)
    // A few messages are decoded when they are searched, and written when there are more.
    if (uids.length < FEW) return false
    await this.#hands.keep(behind, behind.kind, uids)
    await sql.write(() => setMark(behind, uids.at(-1)!), [behind.mailbox])
    return uids.length === STEP
  }
}
