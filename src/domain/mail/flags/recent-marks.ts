import type { FolderId, Uid } from '../../../core/ids.ts'
import type { Log } from '../../../core/log.ts'
import type { World } from '../../../core/world.ts'
import { ask, type Sql, sql } from '../../../storage/engine.ts'

/** Milliseconds during which marks are gathered into one write. */
const DELAY = 1000

/**
 * Writes down, a little later, from which UID on messages are recent. A crash in between makes some recent once more,
 * which is all that it does (RFC 3501 §2.3.2).
 */
export class RecentMarks {
  readonly #rows: Sql
  readonly #world: World
  readonly #log: Log
  #due = new Map<FolderId, Uid>()
  /** Those that are being written. */
  readonly #underway = new Set<ReadonlyMap<FolderId, Uid>>()

  constructor(rows: Sql, world: World, log: Log) {
    this.#rows = rows
    this.#world = world
    this.#log = log
  }

  move(folder: FolderId, next: Uid): void {
    if (this.#due.size === 0) this.#world.after(DELAY, () => void this.flush())
    this.#due.set(folder, next)
  }

  /** Where the mark is, unless that is durable: whoever asks before reading the row knows one of the two. */
  pending(folder: FolderId): Uid | undefined {
    const marks = [...this.#underway, this.#due].flatMap((each) => each.get(folder) ?? [])
    return marks.length === 0 ? undefined : (Math.max(...marks) as Uid)
  }

  async flush(): Promise<void> {
    const due = this.#due
    if (due.size === 0) return
    this.#due = new Map()
    this.#underway.add(due)
    try {
      await this.#rows.write(function* () {
        for (const [folder, next] of due) {
          yield* ask(sql`update mail_folder set first_recent = ${next} where id = ${folder} and first_recent < ${next}`)
        }
      })
    } catch (error) {
      this.#log.warn({ error }, 'Which messages are recent could not be written down')
    } finally {
      this.#underway.delete(due)
    }
  }
}
