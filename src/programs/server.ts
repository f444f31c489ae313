import { createServer as createHttpsServer } from 'node:https'
import path from 'node:path'
import type { ConnectionLimits } from '../core/connections/connection-table.ts'
import { Connections, type ProtocolConnections } from '../core/connections/connections.ts'
import type { TenantId } from '../core/ids.ts'
import { Jobs } from '../core/jobs.ts'
import { type Log, sampledLog } from '../core/log.ts'
import { SECOND } from '../core/time.ts'
import { openSpill } from '../core/uploads/spill.ts'
import { UploadPool } from '../core/uploads/upload-pool.ts'
import { HANDSHAKE } from '../core/wire.ts'
import type { World } from '../core/world.ts'
import type { LineProtocol } from '../protocols/line/session.ts'
import { refuseEncrypted } from '../storage/sqlite/backup-key.ts'
import { administrator, SharedAdministrator } from './administrator.ts'
import { sharedCertificates } from './shared-secrets.ts'
import { authoritiesOf, serverTls } from './certificates.ts'
import { buildServices, type ServerState, type Services } from './services.ts'
import { certificateNames, type HostNames, hostNames } from './host-names.ts'
import { createHttp, serverOptions } from './http.ts'
import { Bodies } from './http/body.ts'
import { AcceptedSockets, type ConnectionHandler, lineHandler } from './line-handler.ts'
import { Listener, type ListenerName, portOf } from './listener.ts'
import { LiveTls } from './live-tls.ts'
import { connectionLimits, openFileLimit } from './open-files.ts'
import type { Settings } from './settings.ts'
import { openStore } from './store.ts'
import { version } from './version.ts'

/** Milliseconds that the event loop may be late before Postern shares its work among the networks. */
const BEHIND = 5
/** Milliseconds that clients have to end their sessions when the server stops. */
const GOODBYE_TIMEOUT = 5_000

/** The ready object: what a client needs to connect. */
export interface ServerReady {
  readonly version: string
  readonly profile: string
  /** The process that listens. */
  readonly pid: number
  readonly tenant: { readonly id: TenantId; readonly domain: string }
  /** Base URL without a trailing slash, with a host name that the certificate covers. */
  readonly https: string
  /** The URL at which this machine reaches HTTPS; the certificate may name another host. */
  readonly local_url: string
  /** Absolute path of a PEM file to trust: the local authority, or the configured certificate. */
  readonly ca: string
  /** The listeners that run. */
  readonly ports: Readonly<Partial<Record<ListenerName, number>>>
  readonly admin: { readonly client_id: string; readonly client_secret_file: string }
}

export interface PosternServer {
  readonly ready: ServerReady
  /** Becomes not ready, stops accepting, says goodbye to clients in their protocol, finishes writes. */
  close(): Promise<void>
}

interface Deps {
  /** The caller holds its lock. */
  readonly dataDir: string
  readonly settings: Settings
  readonly world: World
  readonly log: Log
  /**
   * Whether the server is so busy that it shares its work among addresses; by the delay of the event loop if absent.
   */
  readonly isBehind?: () => boolean
}

/**
 * Opens the storage engine, builds the services and opens the listeners. A refusal says in one sentence why it cannot.
 */
export async function startServer(given: Deps): Promise<PosternServer> {
  const deps = { ...given, log: sampledLog(given.log, given.world) }
  const { settings, world, log } = deps
  const dataDir = path.resolve(deps.dataDir)
  refuseEncrypted(dataDir)
  const delay = new EventLoopDelay()
  const connections = new Connections(connectionLimits(settings.connections, openFileLimit(), log), {
    world,
    log,
    isBehind: deps.isBehind ?? (() => delay.milliseconds > BEHIND),
  })
  const authorities = await authoritiesOf(settings.entra)
  await using opening = new AsyncDisposableStack()
  const { engine, master, secrets, drain } = await openStore({ dataDir, settings, world, log })
  opening.defer(() => engine.close())
  const store = secrets && sharedCertificates(secrets)
  const tls = await LiveTls.open(
    () => serverTls({ dir: dataDir, ...settings.tls, names: certificateNames(settings), world, store }),
    { world, log },
  )
  const names = hostNames(settings, settings.tls.certificate === '' ? undefined : tls.options.cert, log)
  const uploads = await uploadsIn(dataDir, deps)
  let state: ServerState = 'starting'
  const listeners = new Listeners(deps, tls, names, { connections, uploads })
  const services = buildServices({
    engine,
    settings,
    world,
    log,
    names: names.all,
    tls: () => tls.context,
    base: () => listeners.base,
    authorities,
    state: () => state,
    master,
    uploads,
  })
  const jobs = new Jobs(world, engine.leases)
  const opened = opening.move()
  const close = async (): Promise<void> => {
    // Balancers notice it and send new connections elsewhere.
    const wasReady = state === 'ready'
    state = 'draining'
    await drain()
    if (wasReady) await pause(world, settings.server.drain_seconds * SECOND)
    delay.close()
    await listeners.close(services)
    await jobs.close()
    await services.settled()
    await opened.disposeAsync()
  }
  try {
    await services.ready()
    const shared = secrets && new SharedAdministrator({ secrets, leases: engine.leases, world, log })
    const wanted = { dataDir, directory: services.directory, settings: settings.tenant }
    const first = await (shared ? shared.open(wanted) : administrator(wanted))
    await listeners.open(services)
    jobs.start([
      ...services.jobs,
      ...(shared ? [shared.job(dataDir)] : []),
      tls.job(settings.tls.look_seconds * SECOND),
    ])
    const ready: ServerReady = {
      version: await version(),
      profile: settings.server.profile,
      pid: process.pid,
      tenant: first.tenant,
      https: listeners.base,
      local_url: names.localUrl(listeners.ports.https ?? 443),
      ca: tls.caFile,
      ports: listeners.ports,
      admin: { client_id: first.clientId, client_secret_file: first.clientSecretFile },
    }
    state = 'ready'
    return { ready, close }
  } catch (thrown) {
    await close()
    throw thrown
  }
}

const pause = (world: World, milliseconds: number): Promise<void> =>
  new Promise((resolve) => void (milliseconds === 0 ? resolve() : world.after(milliseconds, resolve)))

/** Incoming messages that exceed the memory for them are buffered in unnamed files. */
async function uploadsIn(dataDir: string, { settings, world }: Deps): Promise<UploadPool> {
  const { imap, submission, uploads } = settings
  const largest = Math.max(imap.message_octets, submission.message_octets)
  const spill = await openSpill(path.join(dataDir, 'uploads'), { world, settings: uploads, largest })
  return new UploadPool({ world, settings: uploads, spill })
}

/** The listeners of one server. */
class Listeners {
  readonly ports: Partial<Record<ListenerName, number>> = {}
  base = ''
  readonly #deps: Deps
  readonly #tls: LiveTls
  readonly #names: HostNames
  readonly #listeners: Listener[] = []
  readonly #connections: Connections
  readonly #uploads: UploadPool
  #closeHttp = async (): Promise<void> => {}

  constructor(deps: Deps, tls: LiveTls, names: HostNames, shared: { connections: Connections; uploads: UploadPool }) {
    this.#deps = deps
    this.#tls = tls
    this.#names = names
    this.#connections = shared.connections
    this.#uploads = shared.uploads
  }

  async open(services: Services): Promise<void> {
    await this.#openHttps(services)
    const { imap, pop3, submission } = this.#deps.settings
    const of = (protocol: string, limits: Limits) => this.#connections.of(protocol, limitsOf(limits))
    await this.#openLines(['imap', 'imaps'], services.imap, of('imap', imap))
    await this.#openLines(['pop3', 'pop3s'], services.pop3, of('pop3', pop3))
    await this.#openLines(['submission', 'submissions'], services.submission, of('submission', submission))
  }

  async close(services: Services): Promise<void> {
    const ended = this.#listeners.map((listener) => listener.close())
    const forget = this.#deps.world.after(GOODBYE_TIMEOUT, () => this.#connections.destroy())
    await Promise.all([services.imap.close(), services.pop3.close(), services.submission.close(), this.#closeHttp()])
    await Promise.all(ended)
    forget()
  }

  async #openHttps(services: Services): Promise<void> {
    const { world, log, settings } = this.#deps
    const { body_budget_octets: octets, body_seconds: seconds } = settings.https
    const server = createHttpsServer({ ...this.#tls.options, ...serverOptions, handshakeTimeout: HANDSHAKE })
    const accepted = new AcceptedSockets(this.#connections.of('https', limitsOf(settings.https)))
    const http = createHttp({
      services: services.httpServices,
      world,
      log,
      base: () => this.base,
      publicUrl: this.#names.publicUrl,
      bodies: new Bodies({
        world,
        octets,
        timeout: seconds * SECOND,
        settings: settings.uploads,
        pool: this.#uploads,
      }),
      connectionOf: (socket) => accepted.of(socket),
      serverFactory: (handler) => server.on('request', handler),
    })
    await http.ready()
    // It listens on no port of its own, and looks for slow requests from this event on.
    server.emit('listening')
    this.#closeHttp = async () => {
      // Ends the connections between two requests, and the search for slow ones.
      server.close()
      await http.close()
    }
    await this.#open('https', { take: (socket) => accepted.secure(socket, server), tls: server })
    this.base = this.#names.url(this.ports.https ?? 443)
  }

  /** The listener without TLS, and the one with it. */
  async #openLines(
    [plain, secure]: readonly [ListenerName, ListenerName],
    protocol: LineProtocol,
    connections: ProtocolConnections,
  ): Promise<void> {
    const { world, log } = this.#deps
    const deps = { world, log, connections }
    await this.#open(plain, lineHandler(protocol, deps))
    await this.#open(secure, lineHandler(protocol, { ...deps, tls: this.#tls.options }))
  }

  async #open(name: ListenerName, { take, tls }: ConnectionHandler): Promise<void> {
    const { host, port_base: base } = this.#deps.settings.server
    const port = portOf(name, this.#deps.settings[name].port, base)
    if (port === undefined) return
    if (tls) this.#tls.keep(tls)
    const listener = await Listener.open({ name, port, host }, take)
    this.ports[name] = listener.port
    this.#listeners.push(listener)
  }
}

/** The limits that every protocol's settings have. */
interface Limits {
  readonly max_connections: number
  readonly max_connections_per_address: number
  readonly max_connections_per_caller?: number
}

const limitsOf = (settings: Limits): ConnectionLimits => ({
  most: settings.max_connections,
  perAddress: settings.max_connections_per_address,
  ...(settings.max_connections_per_caller !== undefined && { perCaller: settings.max_connections_per_caller }),
})

/** Milliseconds between two samples. */
const INTERVAL = 20
/** The weight of a new sample in the average. */
const WEIGHT = 0.2

/** Measures how late the event loop runs what is due: the time that a request waits before Postern looks at it. */
class EventLoopDelay {
  readonly #timer: NodeJS.Timeout
  #due = performance.now() + INTERVAL
  #delay = 0

  constructor() {
    this.#timer = setInterval(() => {
      const now = performance.now()
      this.#delay += WEIGHT * (Math.max(0, now - this.#due) - this.#delay)
      this.#due = now + INTERVAL
    }, INTERVAL).unref()
  }

  /** Milliseconds, as a moving average over the last 100 ms or so. */
  get milliseconds(): number {
    return this.#delay
  }

  close(): void {
    clearInterval(this.#timer)
  }
}
