import { MINUTE } from '../core/duration.ts'
import type { Log } from '../core/log.ts'
import { Refusal } from '../core/refusal.ts'
import type { World } from '../core/world.ts'

/** Milliseconds between two words about it in the log, however many are refused. */
const TOLD = MINUTE

const codes: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT'])
/** SQLITE_FULL; SQLITE_IOERR_WRITE, which a quota of the file system becomes; SQLITE_IOERR_SHMSIZE. */
const results: ReadonlySet<unknown> = new Set([13, 778, 4874])

/** Whether something was not done because the disk takes no more. */
export const isDiskFull = (error: unknown): boolean => {
  const { code, errcode } = (error ?? {}) as { code?: unknown; errcode?: unknown }
  return codes.has(code) || results.has(errcode)
}

/** Makes a refusal of a disk that is full, and sees that the administrator hears of it. */
export class DiskSpace {
  readonly #world: World
  readonly #log: Log
  #told = Number.NEGATIVE_INFINITY

  constructor(world: World, log: Log) {
    this.#world = world
    this.#log = log
  }

  /** What is to be thrown in place of what was. */
  refusal(error: unknown): unknown {
    if (!isDiskFull(error)) return error
    const now = this.#world.elapsed()
    if (now - this.#told >= TOLD) {
      this.#told = now
      this.#log.error({ error }, 'There is no room on the disk: what would take more is refused until there is some')
    }
    return new Refusal('no-room', 'There is no room on the disk at the moment')
  }
}
