import { MINUTE } from '../duration.ts'
import type { Log } from '../log.ts'
import type { World } from '../world.ts'

/** Milliseconds in which the same thing is logged once. */
const SPAN = MINUTE

/** Logs what outsiders can make happen often: the first time at once, then once a minute with how often it was. */
export class SampledLog {
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
