import { onTestFinished } from 'vitest'
import type { FolderId, MailboxId, Uid } from '../../src/core/ids.ts'
import { Jobs } from '../../src/core/jobs.ts'
import { type Log, silentLog } from '../../src/core/log.ts'
import { realWorld, type World } from '../../src/core/world.ts'
import type { MailLimits } from '../../src/domain/mail/limits.ts'
import { mailMigrations } from '../../src/domain/mail/schema.ts'
import type { MailStore } from '../../src/domain/mail/store-types.ts'
import { createMailStore } from '../../src/domain/mail/store.ts'
import type { Flags, FolderIndex, Mailbox } from '../../src/domain/mail/types.ts'
import type { VerifyFinding } from '../../src/domain/mail/verify/finding.ts'
import { verifyMail } from '../../src/domain/mail/verify/verify.ts'
import type { Engine, Leases, Statements } from '../../src/storage/engine.ts'
import { onDisk, temporaryDirectory, TestDisk } from './disk.ts'
import { TestLeases } from './nodes.ts'
import { openMigrated } from './tenant.ts'

export interface OpenMailStore {
  readonly dir: string
  readonly engine: Engine
  readonly store: MailStore
  /** A mailbox with nothing but its well-known folders. */
  mailbox(id?: number, revoked?: AbortSignal): Promise<Mailbox>
  close(): Promise<void>
}

export interface MailStoreOptions {
  readonly dir?: string
  readonly world?: World
  readonly limits?: Partial<MailLimits>
  readonly wanted?: (mailbox: MailboxId) => Promise<boolean>
  readonly eraseBeside?: (mailbox: MailboxId) => Promise<void>
  /** Octets up to which a file of bytes grows. */
  readonly segment?: number
  readonly disk?: TestDisk
  readonly log?: Log
  /** Whether each body of a write runs twice, the first time in vain. */
  readonly bodies?: 'once' | 'twice'
  /** Replaces the engine that the store gets. */
  readonly through?: (engine: Engine) => Engine
}

/** A mail store on a real engine in a directory of its own, closed when the test is over. */
export async function openMailStore({
  dir = temporaryDirectory(),
  world = realWorld,
  limits = {},
  wanted = async () => true,
  eraseBeside = async () => {},
  segment = 64 * 1024 ** 2,
  disk = new TestDisk(),
  log = silentLog,
  bodies,
  through = (engine) => engine,
}: MailStoreOptions = {}): Promise<OpenMailStore> {
  const opened = await openMigrated({
    dir,
    migrations: mailMigrations,
    world,
    log,
    segment,
    disk,
    ...(bodies && { bodies }),
  })
  const engine = through(onDisk(opened, disk))
  const store = createMailStore({ engine, world, log, limits, wanted, eraseBeside })
  const jobs = new Jobs(world)
  jobs.start(store.jobs)
  const close = async () => {
    await jobs.close()
    await store.settled()
    await engine.close()
  }
  onTestFinished(close)
  return {
    dir,
    engine,
    store,
    mailbox: (id = 1, revoked = new AbortController().signal) => store.open(id as MailboxId, revoked),
    close,
  }
}

/** A store of another node over the same engine: it shares no memory with the first, and has leases of its own. */
export function anotherNode(
  engine: Engine,
  { world = realWorld, leases = new TestLeases().node().leases }: { world?: World; leases?: Leases } = {},
): MailStore {
  return createMailStore({ engine: { ...engine, leases }, world, log: silentLog })
}

export const flags = (system = 0, ...keywords: string[]): Flags => ({ system, keywords })

export const simpleMessage = (subject: string, text = 'Hello\r\n'): Buffer =>
  Buffer.from(`From: Ada <ada@contoso.test>\r\nSubject: ${subject}\r\n\r\n${text}`)

/** Appends so many messages, one after another. Returns their UIDs. */
export async function appendMessages(
  mailbox: Mailbox,
  folder: FolderId,
  count: number,
  given = flags(),
): Promise<Uid[]> {
  const messages = Array.from({ length: count }, (_, n) => ({ bytes: simpleMessage(`Message ${n}`), flags: given }))
  return [...(await mailbox.append(folder, messages)).uids]
}

export async function folderIdOf(mailbox: Mailbox, path: string): Promise<FolderId> {
  const folder = await mailbox.folder(path)
  if (!folder) throw new Error(`There is no folder ${path}`)
  return folder.id
}

/** Returns the content of an index as a plain value. */
export const indexContents = (index: FolderIndex) =>
  Array.from({ length: index.count }, (_, position) => ({
    uid: index.uidAt(position),
    flags: index.flagsAt(position),
    modSeq: index.modSeqAt(position),
  }))

/** Returns the findings of a complete check of a mail store. */
export const findingsOf = (engine: Engine): Promise<VerifyFinding[]> =>
  Array.fromAsync(verifyMail(engine, { mailboxes: 0, folders: 0, messages: 0, octets: 0 }))

/** Changes rows of mailbox 1 behind the store's back. */
export const changeRows = <T>({ sql }: Engine, work: () => Statements<T>): Promise<T> =>
  sql.write(work, [1 as MailboxId])
