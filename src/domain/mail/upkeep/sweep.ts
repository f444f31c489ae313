import type { FolderId, MailboxId, Uid } from '../../../core/ids.ts'
import type { Log } from '../../../core/log.ts'
import { ask, type BlobRef, type Engine, sql, type Statements, type Write } from '../../../storage/engine.ts'
import { dropContent } from '../content.ts'
import { uidStatements } from '../uid-statements.ts'
import type { MailHooks } from '../hooks.ts'
import type { MailContext } from '../mailbox-context.ts'
import { dropPackedIndex } from '../index/index-rows.ts'

/** Messages that one write deletes, so that other writes can run in between. */
const STEP = 500

/** Deletes the messages of deleted folders, step by step. */
export class Sweep {
  readonly #engine: Engine
  readonly #hooks: MailHooks
  readonly #log: Log
  #running: Promise<void> | undefined
  #again = false

  constructor(engine: Engine, hooks: MailHooks, log: Log) {
    this.#engine = engine
    this.#hooks = hooks
    this.#log = log
  }

  /** Called if there may be messages to delete. */
  start(): void {
    this.#again = true
    this.#running ??= this.#run()
  }

  /** Resolves when nothing is left to delete. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running
  }

  async #run(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false
        for (let folder = await this.#next(); folder !== undefined; folder = await this.#next()) {
          const found = folder
          this.#engine.blobs.dropped(await this.#engine.sql.write(() => step(this.#hooks, found)))
        }
      }
    } catch (error) {
      // The next start tries again.
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

/** Deletes some messages of a deleted folder. If none is left, deletes the row that lists the folder. */
function* step(hooks: MailHooks, folder: FolderId): Statements<readonly BlobRef[]> {
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
  yield* hooks.removed(folder, uids)
  return yield* dropContent(hooks, states)
}

/** How far numbers jump after an unclean stop: more than one group of commits can take. */
export const AFTER_STOP = 10_000
/** How far numbers jump after a restore: more than were taken since the backup. */
export const AFTER_RESTORE = 1_000_000

/**
 * RFC 9051 §2.3.1.1: never assigns numbers again that may have been assigned and are not known here. Existing numbers
 * stay.
 */
export function jumpAhead(engine: Engine, by: number): Promise<void> {
  return engine.sql.write(function* () {
    yield* ask(sql`update mail_mailbox set modseq = modseq + ${by}`)
    yield* ask(sql`update mail_folder set uidnext = uidnext + ${by} where uidnext <= ${0xffff_ffff - by}`)
  })
}

/** Deletes the rows of the mailbox at once. A sweep in the background deletes its messages. */
export async function eraseMailbox(
  { engine, indexes, hooks, littered }: MailContext,
  id: MailboxId,
  write: Write = (work) => engine.sql.write(work),
): Promise<void> {
  await write(function* () {
    yield* ask(sql`insert into mail_litter (folder) select id from mail_folder where mailbox = ${id}`)
    yield* ask(sql`delete from mail_folder where mailbox = ${id}`)
    yield* ask(sql`delete from mail_subscription where mailbox = ${id}`)
    yield* hooks.erasing(id)
    yield* ask(sql`delete from mail_journal where mailbox = ${id}`)
    yield* ask(sql`delete from mail_mailbox where mailbox = ${id}`)
  })
  littered()
  engine.notifier.notify(id)
  await indexes.caughtUp(id)
}
