import { MINUTE } from './duration.ts'
import type { Log } from './log.ts'
import type { World } from './world.ts'

/** Lines about refusals in a minute: from one address, and from all of them. */
const [FROM_ONE, FROM_ALL] = [20, 500]

/**
 * The same log, in which lines about refusals are sampled, so that strangers cannot fill a disk with them. A refusal is an
 * info line that says from which address it came (`from`). Of each address 20 lines a minute are written, and 500 of all;
 * the others are counted, and the count is written when the minute has passed.
 */
export function sampledLog(log: Log, world: World): Log {
  const refusals = new RefusalSample(log, world)
  const sampled = (inner: Log): Log => ({
    debug: (fields, text) => inner.debug(fields, text),
    info(fields, text) {
      const from = 'from' in fields && typeof fields.from === 'string' ? fields.from : undefined
      if (from === undefined || refusals.admit(from)) inner.info(fields, text)
    },
    warn: (fields, text) => inner.warn(fields, text),
    error: (fields, text) => inner.error(fields, text),
    child: (fields) => sampled(inner.child(fields)),
  })
  return sampled(log)
}

class RefusalSample {
  readonly #log: Log
  readonly #world: World
  readonly #lines = new Map<string, number>()
  #written = 0
  #left = 0
  #running = false

  constructor(log: Log, world: World) {
    this.#log = log
    this.#world = world
  }

  /** Whether the line is written; counts it in either case. */
  admit(from: string): boolean {
    this.#begin()
    const lines = this.#lines.get(from) ?? 0
    if (lines >= FROM_ONE || this.#written >= FROM_ALL) {
      this.#left += 1
      return false
    }
    this.#lines.set(from, lines + 1)
    this.#written += 1
    return true
  }

  #begin(): void {
    if (this.#running) return
    this.#running = true
    this.#world.after(MINUTE, () => this.#end())
  }

  #end(): void {
    if (this.#left > 0) this.#log.info({ left: this.#left }, 'Lines about refusals were left out')
    this.#running = false
    this.#written = 0
    this.#left = 0
    this.#lines.clear()
  }
}

/** Milliseconds in which the same thing is logged once. */
const SPAN = MINUTE

/** Logs what outsiders can make happen often: the first time at once, then once a minute with how often it was. */
export class CountedWarnings {
  readonly #world: World
  readonly #log: Log
  /** What was logged within the last minute, and what happened since. */
  readonly #recent = new Map<string, { count: number; fields: object }>()

  constructor(world: World, log: Log) {
    this.#world = world
    this.#log = log
  }

  /** `kind` tells things apart that are counted apart; there are few of them. */
  warn(kind: string, fields: object, text: string): void {
    const recent = this.#recent.get(kind)
    if (recent) {
      recent.count += 1
      recent.fields = fields
      return
    }
    this.#log.warn({ ...fields, count: 1 }, text)
    this.#recent.set(kind, { count: 0, fields })
    this.#world.after(SPAN, () => this.#tell(kind, text))
  }

  #tell(kind: string, text: string): void {
    const { count, fields } = this.#recent.get(kind)!
    if (count === 0) return void this.#recent.delete(kind)
    this.#log.warn({ ...fields, count }, text)
    this.#recent.set(kind, { count: 0, fields })
    this.#world.after(SPAN, () => this.#tell(kind, text))
  }
}
