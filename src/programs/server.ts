import { createServer as createHttpsServer } from 'node:https'
import { isIPv6, type Server } from 'node:net'
import path from 'node:path'
import { Server as TlsServer } from 'node:tls'
import type { TenantId } from '../core/ids.ts'
import type { LineProtocol } from '../core/line-protocol.ts'
import type { Log } from '../core/log.ts'
import { openSpill } from '../core/uploads/spill.ts'
import { UploadPool } from '../core/uploads/upload-pool.ts'
import type { World } from '../core/world.ts'
import { refuseEncrypted } from '../storage/sqlite/backup-key.ts'
import { openSqliteEngine } from '../storage/sqlite/engine.ts'
import { administrator } from './administrator.ts'
import { authoritiesOf } from './authorities.ts'
import { serverTls } from './certificates.ts'
import { buildServices, migrations, type Services } from './services.ts'
import { BodyBudget } from './http/body-budget.ts'
import { createHttp, serverOptions } from './http.ts'
import { LiveTls } from './live-tls.ts'
import { OpenSockets } from './open-sockets.ts'
import { type ListenerName, lineServer, listen, portOf } from './listeners.ts'
import type { Settings } from './settings.ts'
import { masterKeys } from './master-keys.ts'
import { version } from './version.ts'

/** Milliseconds that clients have to take their leave in, once the server stops. */
const LEAVE = 5_000

/** What a client has to know to begin. */
export interface Ready {
  readonly version: string
  readonly profile: string
  /** The process that listens. */
  readonly pid: number
  readonly tenant: { readonly id: TenantId; readonly domain: string }
  /** Base URL without a trailing slash, under a name that the certificate has. */
  readonly https: string
  /** Absolute path of a PEM file to trust. */
  readonly ca: string
  /** The listeners that run. */
  readonly ports: Readonly<Partial<Record<ListenerName, number>>>
  readonly admin: { readonly client_id: string; readonly client_secret_file: string }
}

export interface PosternServer {
  readonly ready: Ready
  /** Stops accepting, tells clients in their protocol, finishes writes. */
  close(): Promise<void>
}

interface Deps {
  /** Held by the caller. */
  readonly dataDir: string
  readonly settings: Settings
  readonly world: World
  readonly log: Log
}

/** Opens the storage engine, builds the services and opens the listeners. Refuses with one clear sentence what stops a start. */
export async function startServer(deps: Deps): Promise<PosternServer> {
  const { settings, world, log } = deps
  const dataDir = path.resolve(deps.dataDir)
  const names = namesOf(settings.server.host)
  const known: [string, ...string[]] = [...names, ...publicNames(settings)]
  refuseEncrypted(dataDir)
  const tls = await LiveTls.open(() => serverTls({ dir: dataDir, ...settings.tls, names, world }), { world, log })
  const master = await masterKeys(settings.keys)
  const authorities = await authoritiesOf(settings.entra)
  const engine = await openSqliteEngine({ dir: dataDir, migrations, world, log })
  const uploads = await uploadsIn(dataDir, deps).catch(async (thrown: unknown) => {
    await engine.close()
    throw thrown
  })
  const listeners = new Listeners(deps, tls, names[0])
  const services = buildServices({
    engine,
    settings,
    world,
    log,
    names: known,
    tls: () => tls.context,
    base: () => listeners.base,
    authorities,
    master,
    uploads,
  })
  const close = async (): Promise<void> => {
    tls.close()
    await listeners.close(services)
    await services.settled()
    await engine.close()
  }
  try {
    await services.ready()
    const first = await administrator({ dataDir, directory: services.directory, settings: settings.tenant })
    await listeners.open(services)
    tls.watch(settings.tls.look_seconds * 1000)
    const ready: Ready = {
      version: await version(),
      profile: settings.server.profile,
      pid: process.pid,
      tenant: first.tenant,
      https: listeners.base,
      ca: tls.caFile,
      ports: listeners.ports,
      admin: { client_id: first.clientId, client_secret_file: first.clientSecretFile },
    }
    return { ready, close }
  } catch (thrown) {
    await close()
    throw thrown
  }
}

/** Messages that are on their way in, and have no room in memory, wait in files that have no name. */
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
  readonly #name: string
  readonly #servers: Server[] = []
  readonly #sockets = new OpenSockets()
  #closeHttp = async (): Promise<void> => {}

  constructor(deps: Deps, tls: LiveTls, name: string) {
    this.#deps = deps
    this.#tls = tls
    this.#name = name
  }

  async open(services: Services): Promise<void> {
    await this.#openHttps(services)
    await this.#openLines('imap', services.imap, false)
    await this.#openLines('imaps', services.imap, true)
    await this.#openLines('pop3', services.pop3, false)
    await this.#openLines('pop3s', services.pop3, true)
    await this.#openLines('submission', services.submission, false)
    await this.#openLines('submissions', services.submission, true)
  }

  async close(services: Services): Promise<void> {
    const ended = this.#servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve())
        }),
    )
    const forget = this.#deps.world.after(LEAVE, () => this.#sockets.destroy())
    await Promise.all([services.imap.close(), services.pop3.close(), services.submission.close(), this.#closeHttp()])
    await Promise.all(ended)
    forget()
  }

  async #openHttps(services: Services): Promise<void> {
    const { world, log, settings } = this.#deps
    const { body_budget_octets: budget, body_seconds: seconds } = settings.https
    const server = createHttpsServer({ ...this.#tls.options, ...serverOptions, handshakeTimeout: 15_000 })
    const http = createHttp({
      services: services.httpServices,
      world,
      log,
      base: () => this.base,
      bodies: { budget: new BodyBudget(budget), patience: seconds * 1000 },
      serverFactory: (handler) => server.on('request', handler),
    })
    await http.ready()
    this.#closeHttp = () => http.close()
    await this.#open('https', server)
    // RFC 3986 §3.2.2: an IPv6 address stands in brackets.
    const host = isIPv6(this.#name) ? `[${this.#name}]` : this.#name
    this.base = `https://${host}:${this.ports.https ?? 443}`
  }

  async #openLines(name: ListenerName, protocol: LineProtocol, secure: boolean): Promise<void> {
    const { world, log } = this.#deps
    const server = lineServer(protocol, { world, log, ...(secure ? { tls: this.#tls.options } : {}) })
    await this.#open(name, server)
  }

  async #open(name: ListenerName, server: Server): Promise<void> {
    const { host, port_base: base } = this.#deps.settings.server
    const port = portOf(name, this.#deps.settings[name].port, base)
    if (port === undefined) return
    this.#sockets.watch(server)
    if (server instanceof TlsServer) this.#tls.keep(server)
    this.ports[name] = await listen(name, server, port, host)
    this.#servers.push(server)
  }
}

/** The names by which clients may call us, the preferred one first. */
function namesOf(host: string): [string, ...string[]] {
  const local: [string, ...string[]] = ['localhost', '127.0.0.1', '::1']
  return ['0.0.0.0', '::', ...local].includes(host) ? local : [canonical(host), ...local]
}

/** RFC 5952: an IPv6 address as URLs and certificates spell it. */
const canonical = (host: string): string => (isIPv6(host) ? new URL(`https://[${host}]`).hostname.slice(1, -1) : host)

const publicNames = (settings: Settings): string[] =>
  settings.https.public_names.split(',').filter((name) => name !== '')
