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

/** A deleted folder that still has messages. The mailbox of some old ones is not known, and 0. */
interface DeletedFolder {
  readonly folder: FolderId
  readonly mailbox: MailboxId
}

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

  /** Deletes what a node left that stopped. */
  async whileLeased(signal: AbortSignal): Promise<void> {
    this.start()
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  /** Called if there may be messages to delete. Two nodes may delete those of one folder: each step is a write. */
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
        for (let found = await this.#next(); found; found = await this.#next()) {
          const { folder, mailbox } = found
          this.#engine.blobs.dropped(await this.#engine.sql.write(() => step(this.#hooks, folder), [mailbox]))
        }
      }
    } catch (error) {
      // The next start tries again.
      this.#log.warn({ error }, 'What a deleted folder held could not be cleared away')
    } finally {
      this.#running = undefined
    }
  }

  #next(): Promise<DeletedFolder | undefined> {
    return this.#engine.sql.first<DeletedFolder>(sql`select folder, mailbox from mail_litter order by folder limit 1`)
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

/** Deletes the rows of the mailbox at once. A sweep in the background deletes its messages. */
export async function eraseMailbox(
  { engine, indexes, hooks, littered }: MailContext,
  id: MailboxId,
  write: Write = (work, holds) => engine.sql.write(work, holds),
): Promise<void> {
  await write(
    function* () {
      yield* ask(
        sql`insert into mail_litter (folder, mailbox) select id, mailbox from mail_folder where mailbox = ${id}`,
      )
      yield* ask(sql`delete from mail_folder where mailbox = ${id}`)
      yield* ask(sql`delete from mail_subscription where mailbox = ${id}`)
      yield* ask(sql`delete from mail_maildrop where mailbox = ${id}`)
      yield* hooks.erasing(id)
      yield* ask(sql`delete from mail_journal where mailbox = ${id}`)
      yield* ask(sql`delete from mail_mailbox where mailbox = ${id}`)
    },
    [id],
  )
  littered()
  engine.notifier.notify(id)
  await indexes.caughtUp(id)
}
