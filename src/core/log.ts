import { MINUTE } from './time.ts'
import type { World } from './world.ts'

type Write = (fields: object, text: string) => void

/** A structured log: fields for programs, one sentence for people. It never contains secrets or tokens. */
export interface Log {
  readonly debug: Write
  readonly info: Write
  readonly warn: Write
  readonly error: Write
  child(fields: object): Log
}

const nothing = () => {}

/** A log that writes nothing, for tests and quiet programs. */
export const silentLog: Log = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  child: () => silentLog,
}

/** Log lines about refusals in a minute: for one address, and for all. */
const [FROM_ONE, FROM_ALL] = [20, 500]

/**
 * A log that samples lines about refusals, so that attackers cannot fill the disk. Such a line is an info line with the
 * client's address (`from`). The log writes 20 of them a minute for one address, and 500 for all. It counts the others,
 * and writes the count at the end of the minute.
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

  /** Counts a line. Returns whether to write it. */
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

/** Milliseconds between two lines about the same event. */
const SPAN = MINUTE

/** Logs events that clients can cause often: the first one at once, then once a minute their number. */
export class CountedWarnings {
  readonly #world: World
  readonly #log: Log
  /** The events of the last minute, with their number since the last line. */
  readonly #recent = new Map<string, { count: number; fields: object }>()

  constructor(world: World, log: Log) {
    this.#world = world
    this.#log = log
  }

  /** `kind`: events of one kind are counted together. There must be few kinds. */
  warn(kind: string, fields: object, text: string): void {
    const recent = this.#recent.get(kind)
    if (recent) {
      recent.count += 1
      recent.fields = fields
      return
    }
    this.#log.warn({ ...fields, count: 1 }, text)
    this.#recent.set(kind, { count: 0, fields })
    this.#world.after(SPAN, () => this.#report(kind, text))
  }

  #report(kind: string, text: string): void {
    const { count, fields } = this.#recent.get(kind)!
    if (count === 0) return void this.#recent.delete(kind)
    this.#log.warn({ ...fields, count }, text)
    this.#recent.set(kind, { count: 0, fields })
    this.#world.after(SPAN, () => this.#report(kind, text))
  }
}
