import { MINUTE } from '../../../core/time.ts'
import type { FolderId, MailboxId } from '../../../core/ids.ts'
import type { Job } from '../../../core/jobs.ts'
import type { Log } from '../../../core/log.ts'
import type { World } from '../../../core/world.ts'
import { ask, type Engine, inARow, type Sql, sql } from '../../../storage/engine.ts'
import { dropContent } from '../content.ts'
import type { MailHooks } from '../hooks.ts'
import type { LeasedParts } from '../leased-parts.ts'
import { tidyItems } from '../items/item-upkeep.ts'
import { purge } from '../recoverable/keep-deleted.ts'
import { backfill } from '../threads/thread-rows.ts'
import { sweepUploads } from '../uploads/uploads.ts'
import type { MailWork } from '../store-types.ts'

/** The position of a scan over rows. */
interface Scan {
  readonly over: 'mailboxes' | 'folders' | 'messages' | 'items'
  readonly after: number
}

/** Milliseconds from the start to the first step, between two steps of a round, and between two rounds. */
const FIRST = 5 * MINUTE
const STEP = 1000
const ROUND = 10 * MINUTE
/** Rounds between two scans over all rows. */
const WALK_EVERY = 144

interface UpkeepDeps {
  readonly engine: Engine
  /** The mailboxes that this node looks after. */
  readonly parts: LeasedParts
  readonly hooks: MailHooks
  readonly world: World
  readonly log: Log
  readonly wanted: (mailbox: MailboxId) => Promise<boolean>
  readonly erase: (mailbox: MailboxId) => Promise<void>
  readonly littered: () => void
}

/** Frees unused space in the background, in small steps with pauses. */
export class Upkeep implements Job {
  readonly first = FIRST
  readonly #deps: UpkeepDeps
  #looks = 0
  #freed = 0
  #strays = 0
  #rounds = 0
  #walk: Scan | undefined = walkBegin
  #running: Promise<unknown> = Promise.resolve()

  constructor(deps: UpkeepDeps) {
    this.#deps = deps
    deps.parts.watch(() => (this.#walk = walkBegin))
  }

  get done(): Pick<MailWork, 'looks' | 'freed' | 'strays'> {
    return { looks: this.#looks, freed: this.#freed, strays: this.#strays }
  }

  async run(): Promise<number> {
    const step = this.#step()
    this.#running = step
    return (await step) ? STEP : ROUND
  }

  /** Resolves when the running step is done. */
  async settled(): Promise<void> {
    await this.#running
  }

  /** Returns true if this round has more steps. */
  async #step(): Promise<boolean> {
    const { parts, log } = this.#deps
    try {
      return (!parts.hasNone && (await this.#mailboxes())) || (await this.#tidy())
    } catch (error) {
      log.warn({ error }, 'What nobody needs could not be cleared away')
      return false
    }
  }

  /** Does a step for the mailboxes of the parts that this node has. */
  async #mailboxes(): Promise<boolean> {
    const { engine, world, parts } = this.#deps
    return (
      (await backfill(engine, parts)) ||
      (await this.#stride()) ||
      (await purge(this.#deps, world.now())) ||
      (await sweepUploads(this.#deps, world))
    )
  }

  async #stride(): Promise<boolean> {
    const walk = this.#walk
    if (!walk) return false
    const { strays, next } = await checkNextRows(walk, { rows: this.#deps.engine.sql, ...this.#deps })
    this.#strays += strays
    // The scan begins again if the node got or lost a part meanwhile.
    if (this.#walk === walk) this.#walk = next
    return true
  }

  async #tidy(): Promise<boolean> {
    const tidied = await this.#deps.engine.blobs.tidy()
    if (tidied) {
      this.#looks++
      this.#freed += tidied.freed
      return true
    }
    if (++this.#rounds % WALK_EVERY === 0) this.#walk = walkBegin
    return false
  }
}

/** Rows that one step checks. */
const MAILBOXES = 50
const FOLDERS = 200
const MESSAGES = 2000

const walkBegin: Scan = { over: 'mailboxes', after: 0 }

interface ScanStep {
  /** The number of rows without an owner that were removed. */
  readonly strays: number
  /** Undefined at the end of the scan. */
  readonly next: Scan | undefined
}

interface ScanDeps {
  readonly rows: Sql
  readonly parts: LeasedParts
  readonly hooks: MailHooks
  /** True if the directory still has the mailbox. */
  readonly wanted: (mailbox: MailboxId) => Promise<boolean>
  readonly erase: (mailbox: MailboxId) => Promise<void>
  readonly littered: () => void
}

/**
 * Checks some rows for leftovers: mailboxes that the directory does not have, entries of deleted folders, messages that
 * no folder holds. Normally it finds nothing; a crash between two writes leaves some.
 */
async function checkNextRows(walk: Scan, deps: ScanDeps): Promise<ScanStep> {
  if (walk.over === 'mailboxes') return mailboxes(walk.after, deps)
  if (walk.over === 'items') return items(walk.after, deps)
  return walk.over === 'folders' ? folders(walk.after, deps) : messages(walk.after, deps)
}

async function mailboxes(after: number, { rows, parts, wanted, erase }: ScanDeps): Promise<ScanStep> {
  const found = await rows.all<{ mailbox: MailboxId }>(
    inARow(
      sql`select mailbox from mail_mailbox where mailbox > ${after}`,
      parts.condition,
      sql` order by mailbox limit ${MAILBOXES}`,
    ),
  )
  let strays = 0
  for (const { mailbox } of found) {
    if (await wanted(mailbox)) continue
    await erase(mailbox)
    strays++
  }
  const next: Scan =
    found.length < MAILBOXES ? { over: 'folders', after: 0 } : { over: 'mailboxes', after: found.at(-1)!.mailbox }
  return { strays, next }
}

/** Checks the folders that have entries, one by one. */
async function folders(after: number, { rows, parts, littered }: ScanDeps): Promise<ScanStep> {
  const gone: StrayFolder[] = []
  let last = after
  for (let nth = 0; nth < FOLDERS; nth++) {
    const found = await rows.first<StrayFolder & { known: number }>(
      sql`select s.folder, coalesce(m.mailbox, 0) as mailbox,
            case when exists (select 1 from mail_folder f where f.id = s.folder)
              or exists (select 1 from mail_litter l where l.folder = s.folder) then 1 else 0 end as known
          from mail_state s left join mail_message m on m.id = s.message
          where s.folder > ${last} order by s.folder, s.uid limit 1`,
    )
    if (!found) {
      await listForSweep(rows, gone)
      if (gone.length > 0) littered()
      return { strays: gone.length, next: { over: 'messages', after: 0 } }
    }
    if (!found.known && parts.has(found.mailbox)) gone.push(found)
    last = found.folder
  }
  await listForSweep(rows, gone)
  if (gone.length > 0) littered()
  return { strays: gone.length, next: { over: 'folders', after: last } }
}

/** A folder that has entries and no row. Its mailbox is 0 if its messages are gone too. */
interface StrayFolder {
  readonly folder: FolderId
  readonly mailbox: MailboxId
}

async function listForSweep(rows: Sql, folders: readonly StrayFolder[]): Promise<void> {
  for (const { folder, mailbox } of folders) {
    await rows.write(
      () => ask(sql`insert into mail_litter (folder, mailbox) values (${folder}, ${mailbox}) on conflict do nothing`),
      [mailbox],
    )
  }
}

async function messages(after: number, { rows, parts, hooks }: ScanDeps): Promise<ScanStep> {
  const until = after + MESSAGES
  const found = await rows.all<{ message: number; mailbox: MailboxId }>(
    inARow(
      sql`select id as message, mailbox from mail_message where id > ${after} and id <= ${until}
            and not exists (select 1 from mail_state s where s.message = mail_message.id)
            and not exists (select 1 from mail_recoverable r where r.message = mail_message.id)`,
      parts.condition,
    ),
  )
  for (const [mailbox, strays] of Map.groupBy(found, (one) => one.mailbox)) {
    await rows.write(() => dropContent(hooks, strays), [mailbox])
  }
  const rest = await rows.first<{ id: number }>(
    sql`select id from mail_message where id > ${until} order by id limit 1`,
  )
  return {
    strays: found.length,
    next: rest ? { over: 'messages', after: rest.id - 1 } : { over: 'items', after: 0 },
  }
}

/** Removes some of what Graph kept about items of the next mailbox that do not exist any more. */
async function items(after: number, { rows, parts }: ScanDeps): Promise<ScanStep> {
  const next = await rows.first<{ mailbox: MailboxId }>(
    inARow(
      sql`select mailbox from mail_mailbox where mailbox > ${after}
            and (exists (select 1 from mail_item_origin o where o.mailbox = mail_mailbox.mailbox)
              or exists (select 1 from mail_item_property p where p.mailbox = mail_mailbox.mailbox))`,
      parts.condition,
      sql` order by mailbox limit 1`,
    ),
  )
  if (!next) return { strays: 0, next: undefined }
  const done = await tidyItems(rows, next.mailbox)
  return { strays: 0, next: { over: 'items', after: done ? next.mailbox : after } }
}
