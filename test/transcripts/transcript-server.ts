import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SecureContext } from 'node:tls'
import type { Access } from '../../src/access/types.ts'
import type { LineProtocol } from '../../src/protocols/line/session.ts'
import type { Profile } from '../../src/core/profile.ts'
import { type Log, silentLog } from '../../src/core/log.ts'
import type { Declarations, Setting, SettingsOf } from '../../src/core/settings.ts'
import type { UploadPool } from '../../src/core/uploads/upload-pool.ts'
import type { World } from '../../src/core/world.ts'
import type { MailLimits } from '../../src/domain/mail/limits.ts'
import { mailMigrations } from '../../src/domain/mail/schema.ts'
import { createMailStore } from '../../src/domain/mail/store.ts'
import type { Mailbox } from '../../src/domain/mail/types.ts'
import type { MailStore } from '../../src/domain/mail/store-types.ts'
import type { AddressBook } from '../../src/domain/transport/address-book.ts'
import { type ServerTls, serverTls } from '../../src/programs/certificates.ts'
import type { ProtocolConnections } from '../../src/core/connections/connections.ts'
import { lineServer, openConnections, openUploadPool } from '../support/line-servers.ts'
import { onDisk, TestDisk } from '../support/disk.ts'
import { openMigrated } from '../support/tenant.ts'
import { TestWorld } from '../support/world.ts'
import { addressOf, type Clause } from './script.ts'
import { TranscriptAccess } from './transcript-access.ts'
import { perform } from './transcript-mail.ts'

/** The dependencies of the protocol under test. */
export interface ProtocolDeps<D extends Declarations> {
  readonly access: Access
  readonly world: World
  readonly log: Log
  readonly profile: Profile
  readonly settings: SettingsOf<D>
  readonly auth: { readonly plaintextOnLoopback: boolean }
  readonly tls?: () => SecureContext
  readonly uploads: UploadPool
  readonly hostname: string
  readonly hostnames: readonly string[]
  /** For a protocol that delivers. */
  readonly mail: MailStore
  readonly directory: AddressBook
}

/** A protocol to be played, and the settings that it declares. */
export interface ProtocolUnderTest<D extends Declarations> {
  readonly settings: D
  make(deps: ProtocolDeps<D>): LineProtocol
}

/**
 * A real server for one transcript: SQLite engine, mail store and protocol, on loopback sockets. Only the clock is the
 * test's, and access decides by words. `ada` always has a mailbox. Clauses of `given`, besides those of
 * transcript-mail.ts:
 *
 * ```
 * given bob                          another mailbox, bob@contoso.test
 * given profile exchange-online      instead of standards; `profile both` plays the transcript in each
 * given no plaintext                 authentication in the clear is refused, on loopback too
 * given no tls                       the server has no certificate
 * given setting idle_minutes 12      a setting of the protocol
 * given limit folders 8              a bound of the mail store; see limits.ts
 * given segment 1000                 octets up to which a file of bytes grows
 * ```
 */
export class TranscriptServer {
  readonly world = new TestWorld()
  readonly access: TranscriptAccess
  readonly protocol: LineProtocol
  /** Where the engine keeps everything. */
  readonly dir: string
  readonly #store: MailStore
  readonly #disk: TestDisk
  readonly #clear: Server
  readonly #secure: Server
  readonly #cleanups: (() => Promise<unknown>)[] = []

  private constructor(
    store: MailStore,
    disk: TestDisk,
    access: TranscriptAccess,
    world: TestWorld,
    protocol: LineProtocol,
    {
      tls,
      connections,
      dir,
    }: {
      readonly tls: ServerTls
      readonly connections: ProtocolConnections
      readonly dir: string
    },
    cleanup: () => Promise<unknown>,
  ) {
    this.#store = store
    this.#disk = disk
    this.access = access
    this.world = world
    this.protocol = protocol
    this.dir = dir
    const deps = { world, log: silentLog, connections }
    this.#clear = lineServer(protocol, deps)
    this.#secure = lineServer(protocol, { ...deps, tls: { key: tls.key, cert: tls.certificate } })
    this.#cleanups.push(cleanup)
  }

  static async start<D extends Declarations>(
    play: ProtocolUnderTest<D>,
    profile: Profile,
    givens: readonly Clause[],
  ): Promise<TranscriptServer> {
    const plan = setupFrom(givens)
    const world = new TestWorld()
    const dir = await mkdtemp(join(tmpdir(), 'postern-stage-'))
    const disk = new TestDisk()
    const engine = await openMigrated({
      dir,
      migrations: mailMigrations,
      world,
      log: silentLog,
      disk,
      segment: plan.segment,
    })
    const store = createMailStore({ engine: onDisk(engine, disk), world, log: silentLog, limits: plan.limits })
    const access = new TranscriptAccess({ store, world, profile })
    access.addMailbox(addressOf('ada'))
    const tls = await certificate()
    const settings = settingsFor(play.settings, profile, plan.settings)
    const protocol = play.make({
      access,
      world,
      log: silentLog,
      profile,
      uploads: await openUploadPool(world, dir),
      hostname: 'mail.contoso.test',
      hostnames: ['mail.contoso.test', 'localhost'],
      mail: store,
      directory: access.addressBook,
      settings,
      auth: { plaintextOnLoopback: plan.plaintext },
      ...(plan.tls ? { tls: () => tls.context } : {}),
    })
    const limits = settings as Readonly<Record<string, number>>
    const connections = openConnections(world, {
      most: limits.max_connections!,
      perAddress: limits.max_connections_per_address!,
      ...(limits.max_connections_per_caller !== undefined && { perCaller: limits.max_connections_per_caller }),
    })
    const stage = new TranscriptServer(store, disk, access, world, protocol, { tls, connections, dir }, async () => {
      await engine.close()
      await rm(dir, { recursive: true })
    })
    await Promise.all([opened(stage.#clear), opened(stage.#secure)])
    for (const name of plan.mailboxes) access.addMailbox(addressOf(name))
    for (const { line, text } of plan.mail) {
      await stage.perform(text).catch((thrown: unknown) => {
        throw new Error(`line ${line}: ${(thrown as Error).message}`, { cause: thrown })
      })
    }
    return stage
  }

  port(tls: boolean): number {
    return ((tls ? this.#secure : this.#clear).address() as AddressInfo).port
  }

  /**
   * Carries out a clause of transcript-mail.ts, `ada may hold 4096 octets and 3 messages`, `ada has MaxSendSize 100` or
   * another setting of `Set-Mailbox`, `the disk is full`, or `the disk has room`.
   */
  async perform(clause: string): Promise<void> {
    const quota = /^(\S+) may hold (\d+) octets and (\d+) messages$/.exec(clause)
    if (quota) {
      const limits = { octets: Number(quota[2]), messages: Number(quota[3]) }
      return this.#store.setQuota(this.access.mailboxOf(addressOf(quota[1]!)), limits)
    }
    const settings = /^(\S+) has (\w+) (\d+)$/.exec(clause)
    if (settings) return this.access.change(addressOf(settings[1]!), { [settings[2]!]: Number(settings[3]) })
    const disk = /^the disk (is full|has room)$/.exec(clause)
    if (disk) return this.#disk.leave(disk[1] === 'is full' ? 0 : Infinity)
    return perform((owner) => this.mailbox(owner), clause)
  }

  /** A handle of our own on somebody's mailbox. */
  mailbox(owner: string): Promise<Mailbox> {
    return this.#store.open(this.access.mailboxOf(addressOf(owner)), new AbortController().signal)
  }

  /** Lets whatever was begun get as far as it can without the clock, then moves the clock. */
  async advance(milliseconds: number): Promise<void> {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    this.world.advance(milliseconds)
  }

  /** Tells everybody that the server stops. */
  stop(): void {
    const stopped = this.protocol.close()
    this.#cleanups.unshift(() => stopped)
  }

  /** Clients must have gone by now. */
  async close(): Promise<void> {
    this.#clear.close()
    this.#secure.close()
    await this.protocol.close()
    for (const cleanup of this.#cleanups) await cleanup()
  }
}

const SEGMENT = 64 * 1024 ** 2

interface ServerSetup {
  readonly mailboxes: string[]
  readonly mail: Clause[]
  readonly settings: Map<string, string>
  readonly limits: Partial<Record<keyof MailLimits, number>>
  segment: number
  plaintext: boolean
  tls: boolean
}

function setupFrom(givens: readonly Clause[]): ServerSetup {
  const plan: ServerSetup = {
    mailboxes: [],
    mail: [],
    settings: new Map(),
    limits: {},
    segment: SEGMENT,
    plaintext: true,
    tls: true,
  }
  for (const given of givens) {
    const words = given.text.split(/\s+/)
    if (words[0] === 'profile') continue
    if (given.text === 'no plaintext') plan.plaintext = false
    else if (words[0] === 'segment') plan.segment = Number(words[1])
    else if (given.text === 'no tls') plan.tls = false
    else if (words[0] === 'limit') plan.limits[words[1] as keyof MailLimits] = Number(words[2])
    else if (words[0] === 'setting') plan.settings.set(words[1] ?? '', words[2] ?? '')
    else if (words.length > 1) plan.mail.push(given)
    else if (given.text !== 'ada') plan.mailboxes.push(given.text)
  }
  return plan
}

/** The profiles in which a transcript is played. */
export function profilesOf(givens: readonly Clause[]): Profile[] {
  const said = givens.map(({ text }) => /^profile\s+(\S+)$/.exec(text)?.[1]).find((it) => it !== undefined)
  if (said === 'both') return ['standards', 'exchange-online']
  return [said === 'exchange-online' ? said : 'standards']
}

function settingsFor<D extends Declarations>(
  declared: D,
  profile: Profile,
  given: ReadonlyMap<string, string>,
): SettingsOf<D> {
  for (const name of given.keys()) if (!(name in declared)) throw new Error(`there is no setting ${name}`)
  const values = Object.entries(declared).map(([name, setting]) => {
    const raw = given.get(name)
    const value = raw === undefined ? fallbackOf(setting, profile) : setting.read(raw)
    if (value === undefined) throw new Error(`setting ${name}: expected ${setting.expected}`)
    return [name, value]
  })
  return Object.fromEntries(values) as SettingsOf<D>
}

function fallbackOf<T>({ fallback }: Setting<T>, profile: Profile): T {
  const byProfile = typeof fallback === 'object' && fallback !== null && profile in fallback
  return byProfile ? (fallback as Record<Profile, T>)[profile] : (fallback as T)
}

const opened = (server: Server): Promise<void> => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))

let made: Promise<ServerTls> | undefined

/** One certificate for every stage in the process. */
const certificate = (): Promise<ServerTls> => {
  made ??= (async () => {
    const dir = await mkdtemp(join(tmpdir(), 'postern-stage-tls-'))
    try {
      return await serverTls({
        dir,
        certificate: '',
        key: '',
        names: ['localhost', '127.0.0.1'],
        world: new TestWorld(),
      })
    } finally {
      await rm(dir, { recursive: true })
    }
  })()
  return made
}
