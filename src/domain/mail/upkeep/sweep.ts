import type { FolderId, Uid } from '../../../core/ids.ts'
import type { Log } from '../../../core/log.ts'
import { ask, type BlobRef, type Engine, sql, type Statements } from '../../../storage/engine.ts'
import { dropContent } from '../content.ts'
import { dropPackedMetadata } from '../metadata/packed-metadata.ts'
import { uidStatements } from '../index/uid-statements.ts'
import { dropPackedIndex } from '../packed/index-rows.ts'

/** Messages cleared away in one write, so that others get their turn. */
const STEP = 500

/** Clears away, step by step, what folders left behind that are gone. */
export class Sweep {
  readonly #engine: Engine
  readonly #log: Log
  #running: Promise<void> | undefined
  #again = false

  constructor(engine: Engine, log: Log) {
    this.#engine = engine
    this.#log = log
  }

  /** There is, or may be, something to clear away. */
  start(): void {
    this.#again = true
    this.#running ??= this.#run()
  }

  /** Resolves when nothing is left. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running
  }

  async #run(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false
        for (let folder = await this.#next(); folder !== undefined; folder = await this.#next()) {
          const found = folder
          this.#engine.blobs.dropped(await this.#engine.sql.write(() => step(found)))
        }
      }
    } catch (error) {
      // The litter is found again at the next start.
      this.#log.warn({ error }, 'What a deleted folder held could not be cleared away')
    } finally {
      this.#running = undefined
    }
  }

  async #next(): Promise<FolderId | undefined> {
    const litter = await this.#engine.sql.first<{ folder: FolderId }>(
      sql`select folder from mail_litter order by folder limit 1`,
    )
    return litter?.folder
  }
}

/** Clears away some of what a folder left, or, when nothing is left, the note that it did. */
function* step(folder: FolderId): Statements<readonly BlobRef[]> {
  const states = yield* ask<{ uid: Uid; message: number }>(
    sql`select uid, message from mail_state where folder = ${folder} order by uid limit ${STEP}`,
  )
  if (states.length === 0) {
    yield* ask(sql`delete from mail_keyword where folder = ${folder}`)
    yield* dropPackedIndex(folder)
    yield* ask(sql`delete from mail_litter where folder = ${folder}`)
    return []
  }
  const uids = states.map(({ uid }) => uid)
  for (const statement of uidStatements(sql`delete from mail_state where folder = ${folder} and uid`, uids)) {
    yield* ask(statement)
  }
  yield* dropPackedMetadata(folder, uids)
  return yield* dropContent(states)
}
