import { MINUTE } from '../core/time.ts'
import type { Log } from '../core/log.ts'
import { Refusal } from '../core/refusal.ts'
import type { World } from '../core/world.ts'

/** Milliseconds between two log lines about a full disk, however many writes are refused. */
const LOG_INTERVAL = MINUTE

const codes: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT'])
/** SQLITE_FULL; SQLITE_IOERR_WRITE, which the quota of a file system becomes; SQLITE_IOERR_SHMSIZE. */
const results: ReadonlySet<unknown> = new Set([13, 778, 4874])

/** True if the error means that the disk is full. */
export const isDiskFull = (error: unknown): boolean => {
  const { code, errcode } = (error ?? {}) as { code?: unknown; errcode?: unknown }
  return codes.has(code) || results.has(errcode)
}

/** Creates refusals for a full disk, and logs them for the administrator. */
export class DiskSpace {
  readonly #world: World
  readonly #log: Log
  #told = Number.NEGATIVE_INFINITY

  constructor(world: World, log: Log) {
    this.#world = world
    this.#log = log
  }

  /** The error to throw in place of the given one. */
  refusal(error: unknown): unknown {
    if (!isDiskFull(error)) return error
    const now = this.#world.elapsed()
    if (now - this.#told >= LOG_INTERVAL) {
      this.#told = now
      this.#log.error({ error }, 'There is no room on the disk: what would take more is refused until there is some')
    }
    return new Refusal('no-room', 'There is no room on the disk at the moment')
  }
}
