import type { FolderId, MailboxId, Uid } from '../../core/ids.ts'
import type { Log } from '../../core/log.ts'
import type { World } from '../../core/world.ts'
import {
  ask,
  type BlobRef,
  type Engine,
  type Naming,
  sql,
  type Sql,
  type Statements,
  type Write,
} from '../../storage/engine.ts'
import { annotationFeature } from './annotations/annotations.ts'
import { deliver } from './arrival/deliver.ts'
import { Summariser } from './summary/summariser.ts'
import { createMailbox } from './create-mailbox.ts'
import { received } from './folders/list-folders.ts'
import { MailHooks } from './hooks.ts'
import type { MemoryIndex } from './index/folder-index.ts'
import { FolderIndexes } from './index/folder-indexes.ts'
import { mailboxMarks } from './journal/journal.ts'
import { LeasedParts } from './leased-parts.ts'
import { type MailLimits, mailLimits } from './limits.ts'
import type { MailContext } from './mailbox-context.ts'
import { mailboxHandle } from './mailbox.ts'
import { ItemColumns } from './item-columns.ts'
import { itemFeature } from './items/origins.ts'
import { Maildrops } from './maildrops.ts'
import { ChunkReader, PartCache } from './metadata/chunk-reader.ts'
import { MetadataPacker, packedMetadataFeature } from './metadata/packed-metadata.ts'
import { IndexPacker } from './index/index-packer.ts'
import { AFTER_RESTORE, AFTER_STOP, jumpAhead, Numbers } from './numbers.ts'
import { isNearerToQuota, quotaFeature, quotaLimits, quotas, setQuota } from './quota/quota.ts'
import { RefusedOctets } from './quota/refused-octets.ts'
import { Reservations } from './quota/reservations.ts'
import { recoverableFeature } from './recoverable/keep-deleted.ts'
import { createRecoverable } from './recoverable/recoverable.ts'
import { SearchIndex } from './search/search.ts'
import { SortColumns } from './sort/sort-columns.ts'
import type { MailStore } from './store-types.ts'
import { uploadAuthority, uploadFeature } from './uploads/uploads.ts'
import { eraseMailbox, Sweep } from './upkeep/sweep.ts'
import { Upkeep } from './upkeep/upkeep.ts'
import { urlKeyFeature } from './url-keys/url-keys.ts'

export interface MailStoreOptions {
  /** Opened with `mailMigrations`. */
  readonly engine: Engine
  readonly world: World
  readonly log: Log
  /** True if the directory still has the mailbox. Upkeep erases other mailboxes. */
  readonly wanted?: (mailbox: MailboxId) => Promise<boolean>
  readonly limits?: Partial<MailLimits>
  /** Deletes what others keep about a mailbox that is erased. It can be called again. */
  readonly eraseBeside?: (mailbox: MailboxId) => Promise<void>
}

export function createMailStore(options: MailStoreOptions): MailStore {
  const { engine, world, log, wanted = async () => true, limits: own = {} } = options
  const limits = { ...mailLimits, ...own }
  const parts = new LeasedParts(engine.leases, 'upkeep')
  const recent = new RecentMarks(engine.sql, world, log)
  const packer = new IndexPacker(engine.sql, world, log)
  const indexHooks = {
    claimed: (index: MemoryIndex) => recent.move(index),
    claimedUpTo: recent.pending.bind(recent),
    changed: packer.changed.bind(packer),
    failed: (error: unknown) => log.error({ error }, 'A watcher of a folder failed'),
  }
  const metadataPacker = new MetadataPacker(engine.sql, world, log)
  const searchIndex = new SearchIndex({ engine, parts, world, log }, limits)
  const usedOctets = (mailbox: MailboxId) => hooks.usedOctets(mailbox)
  const hooks: MailHooks = new MailHooks([
    recoverableFeature,
    annotationFeature,
    urlKeyFeature,
    quotaFeature({ limits, hooks: { usedOctets } }),
    searchIndex.feature,
    packedMetadataFeature(metadataPacker),
    itemFeature,
    uploadFeature,
  ])
  const sweep = new Sweep(engine, hooks, log)
  const numbers = new Numbers(engine)
  const context: MailContext = {
    engine,
    world,
    limits,
    indexes: new FolderIndexes({ engine, log, hooks: indexHooks, idleOctets: limits.idleIndexOctets }),
    maildrops: new Maildrops({ engine, world, log }),
    summariser: new Summariser(),
    reservations: new Reservations(),
    refusedOctets: new RefusedOctets(world, limits.refusedOctets),
    searchIndex,
    hooks,
    sortColumns: new SortColumns(engine, limits),
    chunks: new ChunkReader({
      rows: engine.sql,
      cache: new PartCache(limits.metadataOctets),
      unpacked: (chunk) => metadataPacker.due(chunk),
    }),
    numbers,
    itemColumns: new ItemColumns(engine.sql, limits.itemOctets),
    littered: () => sweep.start(),
  }
  engine.blobs.keep(naming(engine.sql))
  engine.notifier.marks('mailbox', (topics) => mailboxMarks(engine.sql, topics as readonly MailboxId[]))
  const known = new KnownMailboxes()
  const erase = (id: MailboxId, write?: Write) =>
    known.erased(id, async () => {
      // Upkeep repeats an erasure that a crash ended. A larger transaction may refuse, and then nothing is deleted.
      if (!write) await options.eraseBeside?.(id)
      await eraseMailbox(context, id, write)
      if (write) await options.eraseBeside?.(id)
    })
  const found = async (id: MailboxId): Promise<void> => {
    const row = await engine.sql.first(sql`select mailbox from mail_mailbox where mailbox = ${id}`)
    if (!row) await engine.sql.write(() => createMailbox(id, world.now(), context), [id])
  }
  const upkeep = new Upkeep({ engine, parts, hooks, world, log, wanted, erase, littered: context.littered })
  const ready = readied(engine, context)
  // Opening a mailbox reports a failure.
  ready.then(
    () => {
      sweep.start()
      engine.leases.run('sweep', (signal) => sweep.whileLeased(signal))
    },
    () => {},
  )
  return {
    async open(id, revoked) {
      await ready
      await known.sure(id, () => found(id))
      return mailboxHandle({ ...context, id, revoked })
    },
    async deliver(deliveries, revoked) {
      await ready
      await deliver(context, deliveries, revoked)
    },
    async setQuota(id, limits, write = (work, holds) => engine.sql.write(work, holds)) {
      await ready
      await setQuota(write, id, limits)
    },
    quotaLimits: (ids) => quotaLimits(engine, ids, limits),
    quotas: (ids) => quotas(context, ids),
    isNearerToQuota: (id, level) => isNearerToQuota(engine, id, level, world.now()),
    recoverable: createRecoverable(context, ready),
    received: (id) => received(engine, id),
    upload: (id) => uploadAuthority(engine.sql, id, world.now()),
    async erase(id, write) {
      await ready
      await erase(id, write)
    },
    jobs: [upkeep],
    get work() {
      return { ...upkeep.done, chunksPacked: metadataPacker.packed, indexesPacked: packer.packed }
    },
    async settled() {
      await recent.flush()
      await packer.flush()
      await metadataPacker.settled()
      await searchIndex.settled()
      await sweep.settled()
      await context.maildrops.settled()
      await upkeep.settled()
    },
  }
}

/** Prepares the store after a stop that was not clean. */
async function readied(engine: Engine, { numbers, maildrops }: MailContext): Promise<void> {
  if (engine.unclean) {
    await jumpAhead(engine, engine.lost ? AFTER_RESTORE : AFTER_STOP)
    await maildrops.freeAll()
  }
  await numbers.read()
}

/** References per call. */
const PIECE = 500

/** Tables of this domain that name blobs, each in an indexed column `blob`. */
export const namingTables = ['mail_message', 'mail_text', 'mail_upload_piece'] as const

/** The blobs of messages, of texts and of uploads. */
const naming =
  (rows: Sql): Naming =>
  async (after, until) => {
    const found = await rows.all<{ blob: BlobRef }>(
      sql`select blob from (
            select blob from mail_message where blob > ${after} and blob < ${until} order by blob limit ${PIECE})
          union
          select blob from (
            select blob from mail_text where blob > ${after} and blob < ${until} order by blob limit ${PIECE})
          union
          select blob from (
            select blob from mail_upload_piece where blob > ${after} and blob < ${until} order by blob limit ${PIECE})
          order by blob limit ${PIECE}`,
    )
    return found.map(({ blob }) => blob)
  }

/** Mailboxes that are known to exist, so that opening one again needs no query. */
export class KnownMailboxes {
  readonly #known = new Set<MailboxId>()
  /** Counted because a lookup cannot tell whether its mailbox was erased in the meantime. */
  #erasures = 0

  async sure(id: MailboxId, look: () => Promise<unknown>): Promise<void> {
    if (this.#known.has(id)) return
    const erasures = this.#erasures
    await look()
    if (erasures === this.#erasures) this.#known.add(id)
  }

  async erased(id: MailboxId, erase: () => Promise<void>): Promise<void> {
    this.#forget(id)
    await erase()
    this.#forget(id)
  }

  #forget(id: MailboxId): void {
    this.#known.delete(id)
    this.#erasures++
  }
}

/** Milliseconds during which marks are collected. */
const DELAY = 1000

interface RecentMark {
  readonly mailbox: MailboxId
  readonly next: Uid
}

function* setMarks(marks: readonly (readonly [FolderId, RecentMark])[]): Statements<void> {
  for (const [folder, { next }] of marks) {
    yield* ask(sql`update mail_folder set first_recent = ${next} where id = ${folder} and first_recent < ${next}`)
  }
}

/**
 * Writes the first recent UID of folders, some time after it moves. After a crash in between, some messages are recent
 * once more, which RFC 3501 §2.3.2 allows.
 */
class RecentMarks {
  readonly #rows: Sql
  readonly #world: World
  readonly #log: Log
  #due = new Map<FolderId, RecentMark>()
  /** Marks that are being written. */
  readonly #underway = new Set<ReadonlyMap<FolderId, RecentMark>>()
  #written: Promise<void> = Promise.resolve()

  constructor(rows: Sql, world: World, log: Log) {
    this.#rows = rows
    this.#world = world
    this.#log = log
  }

  move({ mailbox, folder, uidNext }: MemoryIndex): void {
    if (this.#due.size === 0) this.#world.after(DELAY, () => void this.flush())
    this.#due.set(folder, { mailbox, next: uidNext })
  }

  /** The mark, unless it is durable. A caller that asks first and then reads the row gets the current one. */
  pending(folder: FolderId): Uid | undefined {
    const marks = [...this.#underway, this.#due].flatMap((each) => each.get(folder)?.next ?? [])
    return marks.length === 0 ? undefined : (Math.max(...marks) as Uid)
  }

  /** Resolves when all marks are durable. */
  async flush(): Promise<void> {
    if (this.#due.size > 0) {
      const written = this.#write()
      this.#written = this.#written.then(() => written)
    }
    await this.#written
  }

  async #write(): Promise<void> {
    const due = this.#due
    this.#due = new Map()
    this.#underway.add(due)
    try {
      const byMailbox = Map.groupBy(due, ([, { mailbox }]) => mailbox)
      await Promise.all(Array.from(byMailbox, ([mailbox, marks]) => this.#rows.write(() => setMarks(marks), [mailbox])))
    } catch (error) {
      this.#log.warn({ error }, 'Which messages are recent could not be written down')
    } finally {
      this.#underway.delete(due)
    }
  }
}
