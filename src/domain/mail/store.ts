import type { MailboxId } from '../../core/ids.ts'
import type { Log } from '../../core/log.ts'
import type { World } from '../../core/world.ts'
import { type Engine, sql, type Write } from '../../storage/engine.ts'
import type { Context } from './mailbox-context.ts'
import { deliver } from './arrival/deliver.ts'
import { eraseMailbox } from './upkeep/erase-mailbox.ts'
import { received } from './folders/received.ts'
import { FolderIndexes } from './index/folder-indexes.ts'
import { foundMailbox } from './create-mailbox.ts'
import { KnownMailboxes } from './known-mailboxes.ts'
import { type MailLimits, mailLimits } from './limits.ts'
import { mailboxHandle } from './mailbox.ts'
import { Maildrops } from './maildrops.ts'
import { ChunkReader } from './metadata/chunk-reader.ts'
import { MetadataPacker } from './metadata/metadata-packer.ts'
import { PartCache } from './metadata/part-cache.ts'
import { naming } from './named-bytes.ts'
import { AFTER_STOP, jumpAhead } from './upkeep/numbers.ts'
import { IndexPacker } from './packed/index-packer.ts'
import { isNearer } from './quota/nearness.ts'
import { RefusedOctets } from './quota/refused-octets.ts'
import { Reservations } from './quota/reservations.ts'
import { quotaLimits, quotas, setQuota } from './quota/quota.ts'
import { createRecoverable } from './recoverable/recoverable.ts'
import { RecentMarks } from './flags/recent-marks.ts'
import { SortColumns } from './sort/sort-columns.ts'
import { Texts } from './search/texts/texts.ts'
import { Summariser } from './arrival/summariser.ts'
import { Sweep } from './upkeep/sweep.ts'
import type { MailStore } from './types.ts'
import { Upkeep } from './upkeep/upkeep.ts'

export interface MailStoreOptions {
  /** Opened with `mailMigrations` among its migrations. */
  readonly engine: Engine
  readonly world: World
  readonly log: Log
  /** Whether there still is somebody whose mailbox it is: one that nobody wants is erased in the end. */
  readonly wanted?: (mailbox: MailboxId) => Promise<boolean>
  readonly limits?: Partial<MailLimits>
}

export function createMailStore(options: MailStoreOptions): MailStore {
  const { engine, world, log, wanted = async () => true, limits: own = {} } = options
  const limits = { ...mailLimits, ...own }
  const sweep = new Sweep(engine, log)
  const recent = new RecentMarks(engine.sql, world, log)
  const packer = new IndexPacker(engine.sql, world, log)
  const hooks = {
    claimed: recent.move.bind(recent),
    claimedUpTo: recent.pending.bind(recent),
    changed: packer.changed.bind(packer),
    failed: (error: unknown) => log.error({ error }, 'A watcher of a folder failed'),
  }
  const metadataPacker = new MetadataPacker(engine.sql, world, log)
  const context: Context = {
    engine,
    world,
    limits,
    indexes: new FolderIndexes({ engine, log, hooks, idleOctets: limits.idleIndexOctets }),
    maildrops: new Maildrops(),
    summariser: new Summariser(),
    reservations: new Reservations(),
    refusedOctets: new RefusedOctets(world, limits.refusedOctets),
    texts: new Texts({ engine, world, log }, limits),
    sortColumns: new SortColumns(engine, limits.sortOctets),
    chunks: new ChunkReader({
      rows: engine.sql,
      cache: new PartCache(limits.metadataOctets),
      unpacked: (folder, chunk) => metadataPacker.due(folder, chunk),
    }),
    filled(chunks) {
      context.texts.written()
      for (const { folder, chunk } of chunks) metadataPacker.due(folder, chunk)
    },
    littered: () => sweep.start(),
  }
  engine.blobs.keep(naming(engine.sql))
  const known = new KnownMailboxes()
  const erase = (id: MailboxId, write?: Write) => known.erased(id, () => eraseMailbox(context, id, write))
  const found = async (id: MailboxId): Promise<void> => {
    const row = await engine.sql.first(sql`select mailbox from mail_mailbox where mailbox = ${id}`)
    if (!row) await engine.sql.write(() => foundMailbox(id, world.now(), limits))
  }
  const upkeep = new Upkeep({ engine, world, log, wanted, erase, littered: context.littered })
  const ready = engine.unclean ? jumpAhead(engine, AFTER_STOP) : Promise.resolve()
  // Whoever opens a mailbox hears of a failure.
  ready.then(
    () => sweep.start(),
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
    async setQuota(id, limits, write = (work) => engine.sql.write(work)) {
      await ready
      await setQuota(write, id, limits)
    },
    quotaLimits: (ids) => quotaLimits(engine, ids, limits),
    quotas: (ids) => quotas(engine, ids, limits),
    isNearerToQuota: (id, level) => isNearer(engine, id, level, world.now()),
    recoverable: createRecoverable(context, ready),
    received: (id) => received(engine, id),
    async erase(id, write) {
      await ready
      await erase(id, write)
    },
    get work() {
      return { ...upkeep.done, chunksPacked: metadataPacker.packed, indexesPacked: packer.packed }
    },
    async settled() {
      await recent.flush()
      await packer.flush()
      await metadataPacker.settled()
      await context.texts.settled()
      await sweep.settled()
      await upkeep.settled()
    },
  }
}
