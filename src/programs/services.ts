import { Resolver } from 'node:dns/promises'
import type { SecureContext } from 'node:tls'
import { createAccess } from '../access/access.ts'
import { type HttpAnswer, type HttpService, route } from '../core/http.ts'
import type { MailboxId, TenantId } from '../core/ids.ts'
import type { Job } from '../core/jobs.ts'
import type { Log } from '../core/log.ts'
import { isRefusedFor, Refusal, refuse } from '../core/refusal.ts'
import type { UploadPool } from '../core/uploads/upload-pool.ts'
import type { World } from '../core/world.ts'
import { createMessageTraces } from '../domain/audit/message-traces.ts'
import { auditMigrations } from '../domain/audit/schema.ts'
import { createSignIns } from '../domain/audit/sign-ins.ts'
import { createAuthorizations } from '../domain/authorization/authorizations.ts'
import { authorizationMigrations } from '../domain/authorization/schema.ts'
import { createTenant } from '../domain/directory/create-tenant.ts'
import { cachedDirectory } from '../domain/directory/directory-cache.ts'
import { createDirectory } from '../domain/directory/directory.ts'
import { directoryMigrations } from '../domain/directory/schema.ts'
import type { Directory } from '../domain/directory/types.ts'
import { mailMigrations } from '../domain/mail/schema.ts'
import { createMailStore } from '../domain/mail/store.ts'
import type { MasterKeys } from '../domain/tokens/key-table.ts'
import { subscriptionMigrations } from '../domain/subscriptions/schema.ts'
import { createSubscriptions } from '../domain/subscriptions/subscriptions.ts'
import { tokenMigrations } from '../domain/tokens/schema.ts'
import { createTokens } from '../domain/tokens/tokens.ts'
import { QuotaWarnings } from '../domain/transport/quota-warnings.ts'
import { createTransport } from '../domain/transport/transport.ts'
import { documentFetcher } from '../net/fetch-document.ts'
import { poster } from '../net/post.ts'
import { issuerKeys } from '../protocols/entra/client-authentication/issuer-keys.ts'
import { entraService } from '../protocols/entra/service.ts'
import { exchangeService } from '../protocols/exchange/service.ts'
import { graphService } from '../protocols/graph/service.ts'
import { NotificationSender } from '../protocols/graph/subscriptions/notification-sender.ts'
import { createImap } from '../protocols/imap/server.ts'
import { imapWire } from '../protocols/imap/wire-table.ts'
import type { LineProtocol } from '../protocols/line/session.ts'
import { createPop3 } from '../protocols/pop3/server.ts'
import { pop3Wire } from '../protocols/pop3/wire-table.ts'
import { RetirementWarnings } from '../protocols/portal/basic-auth/warnings.ts'
import { portalService } from '../protocols/portal/service.ts'
import { createSmtp } from '../protocols/smtp/server.ts'
import { deniedSenderWire, smtpWire } from '../protocols/smtp/wire-table.ts'
import { type Engine, type Sql, sql as statement } from '../storage/engine.ts'
import type { Authorities } from './certificates.ts'
import { plainFailure } from './http/refusals.ts'
import { createOutlook } from '../domain/outlook/outlook.ts'
import { outlookMigrations } from '../domain/outlook/schema.ts'
import type { Settings } from './settings.ts'
import { createWebhook } from './webhook.ts'

/** Whether a server takes new connections. A server that drains finishes the ones it has, and stops. */
export type ServerState = 'starting' | 'ready' | 'draining'

export const migrations = [
  ...directoryMigrations,
  ...mailMigrations,
  ...tokenMigrations,
  ...auditMigrations,
  ...authorizationMigrations,
  ...outlookMigrations,
  ...subscriptionMigrations,
]

/** docs/reference/identity.md §1.1: the hosts that issuers of the two versions name there. */
const microsoftIssuers = { 1: 'https://sts.windows.net', 2: 'https://login.microsoftonline.com' } as const

/** The services between the storage engine and the listeners. */
export interface Services {
  readonly directory: Directory
  /** The HTTP services; the first that owns a path answers it. */
  readonly httpServices: readonly HttpService[]
  readonly imap: LineProtocol
  readonly pop3: LineProtocol
  /** SMTP submission, for its two listeners. */
  readonly submission: LineProtocol
  /** The work of the parts that runs on a clock. */
  readonly jobs: readonly Job[]
  /** Wait for it before the listeners open. Refuses if the services cannot work. */
  ready(): Promise<void>
  /** Resolves when all pending writes are durable. */
  settled(): Promise<void>
}

/** Builds the services. Each one gets its dependencies as arguments. */
export function buildServices(deps: {
  engine: Engine
  settings: Settings
  world: World
  log: Log
  tls: () => SecureContext
  /** The memory and disk that incoming messages and request bodies share. */
  uploads: UploadPool
  /** The host names of this server; greetings give the first. */
  names: readonly [string, ...string[]]
  /** The server's own base URL, known once HTTPS listens. */
  base: () => string
  authorities: Authorities
  /** Whether the server takes new connections. */
  state: () => ServerState
  /** They encrypt the keys that sign tokens; without them the keys are stored in clear. */
  master?: MasterKeys
}): Services {
  const { engine, settings, world, log } = deps
  const { sql, notifier } = engine
  const { profile, issuer_hosts: issuerHosts } = settings.server
  const { strict } = settings.exchange

  const issuer = (tenant: TenantId, version: 1 | 2): string => {
    const host = issuerHosts === 'microsoft' ? microsoftIssuers[version] : deps.base()
    return version === 1 ? `${host}/${tenant}/` : `${host}/${tenant}/v2.0`
  }
  const directory = createDirectory({
    sql,
    notifier,
    world,
    settings: settings.directory,
    txtRecords: settings.directory.domain_verification === 'dns' ? txtRecords : undefined,
  })
  const tokens = createTokens({
    sql,
    notifier,
    leases: engine.leases,
    world,
    log,
    issuer,
    schedule: settings.keys,
    ...(deps.master && { master: deps.master }),
  })
  const authorizations = createAuthorizations({ sql, world, log, reuse: settings.entra.refresh_token_reuse })
  const fetch = documentFetcher({
    world,
    privateAddresses: settings.entra.federation_private_addresses,
    ca: deps.authorities.issuers,
  })
  const signIns = createSignIns({ sql, world, log, settings: settings.audit })
  const requested = async (id: MailboxId) =>
    (await directory.mailboxes.byId(id)) !== undefined || directory.removedMailboxes.keeps(id)
  const { quota, quota_messages: messages, folders, refused_octets: refusedOctets } = settings.mail
  const limits = { mailboxOctets: quota || undefined, mailboxMessages: messages || undefined, folders, refusedOctets }
  const outlook = createOutlook({ sql, world })
  const eraseBeside = (id: MailboxId) => outlook.erase(id)
  const mail = createMailStore({ engine, world, log, wanted: requested, limits, eraseBeside })
  const traces = createMessageTraces({ sql, world, log, settings: settings.message_trace })
  const transport = createTransport({ directory, mail, traces, world, log })
  const warnings = new RetirementWarnings({
    directory,
    signIns,
    transport,
    webhook: createWebhook({
      url: settings.notices.webhook,
      secret: settings.notices.webhook_secret,
      privateAddresses: settings.notices.webhook_private_addresses,
      world,
      log,
    }),
    base: deps.base,
    world,
    log,
  })
  const quotaWarnings = new QuotaWarnings({ directory, mail, transport, world, log })
  const access = createAccess({
    directory,
    tokens,
    mail,
    signIns,
    notifier,
    world,
    log,
    profile,
    basic: settings.auth.basic,
    strict,
    propagationMinutes: settings.exchange.propagation_minutes,
    settings: settings.access,
    wire: { imap: imapWire(profile), pop3: pop3Wire(profile), smtp: smtpWire(profile, deps.names[0]) },
    deniedSenderWire: deniedSenderWire(profile, deps.names[0]),
  })

  const subscriptions = createSubscriptions({ sql, notifier, world })
  const post = poster({
    world,
    privateAddresses: settings.graph.notification_private_addresses,
    ca: deps.authorities.issuers,
  })
  const notifications = new NotificationSender({ access, subscriptions, post, notifier, world, log })
  engine.leases.run('graph-notifications', (signal) => notifications.whileLeased(signal))

  const line = {
    access,
    world,
    log,
    profile,
    tls: deps.tls,
    hostname: deps.names[0],
    uploads: deps.uploads,
    auth: { plaintextOnLoopback: settings.auth.plaintext_on_loopback, basic: settings.auth.basic === 'policy' },
  }
  return {
    directory,
    httpServices: [
      health(sql, deps.state),
      graphService({
        access,
        directory,
        signIns,
        outlook,
        subscriptions,
        post,
        world,
        strict,
        strictFilters: settings.graph.strict_filters,
      }),
      exchangeService({
        access,
        directory,
        mail,
        signIns,
        traces,
        world,
        unknownServicePrincipal: settings.exchange.unknown_service_principal,
      }),
      portalService({ access, directory, signIns, signingKeys: tokens.ring, foundTenant: createTenant, world, log }),
      entraService({
        directory: cachedDirectory(directory, notifier),
        tokens,
        authorizations,
        signIns,
        issuerKeys: issuerKeys({ fetch, world }),
        authorities: deps.authorities.clients,
        world,
        settings: settings.entra,
        strict,
        names: deps.names,
        issuerHosts,
      }),
    ],
    imap: createImap({
      ...line,
      hostnames: deps.names,
      settings: settings.imap,
      frontEnd: settings.exchange.front_end,
    }),
    pop3: createPop3({ ...line, settings: settings.pop3, strict }),
    submission: createSmtp({ ...line, settings: settings.submission, transport }),
    jobs: [...mail.jobs, warnings, quotaWarnings, ...authorizations.jobs, ...signIns.jobs, ...traces.jobs],
    ready: () => tokens.ready(),
    settled: async () => void (await Promise.all([signIns.settled(), traces.settled(), mail.settled()])),
  }
}

const unavailable: HttpAnswer = { status: 503, body: { status: 'unavailable' } }

/**
 * Health, for supervisors and balancers.
 * - `GET /health`: 200 if the database can be read.
 * - `GET /health/live`: 200 while the process answers. A supervisor restarts a process that does not.
 * - `GET /health/ready`: 200 if a balancer should send connections here: the server is ready and can read the database.
 */
export const health = (sql: Sql, state: () => ServerState): HttpService => {
  const canRead = () => sql.first(statement`select 1 as alive`)
  return {
    name: 'health',
    routes: [
      route('GET /health', async () => {
        await canRead()
        return { status: 200, body: { status: 'ok' } }
      }),
      route('GET /health/live', async () => ({ status: 200, body: { status: 'alive' } })),
      route('GET /health/ready', async () => {
        const now = state()
        if (now !== 'ready') return { status: 503, body: { status: now } }
        await canRead()
        return { status: 200, body: { status: now } }
      }),
    ],
    owns: (path) => /^\/health(?:\/|$)/.test(path),
    failure: (thrown) =>
      thrown === undefined || (thrown instanceof Refusal && !isRefusedFor('busy', thrown))
        ? plainFailure(thrown)
        : unavailable,
  }
}

interface TxtOptions {
  /** Name servers as ADDRESS:PORT. The system's when absent. */
  readonly servers?: readonly string[]
  /** Milliseconds that one query may take, and how often it is tried. */
  readonly timeout?: number
  readonly tries?: number
}

/** Returns the TXT records of a DNS name, each with its strings joined. Refuses `busy` if no name server answers. */
export async function txtRecords(
  name: string,
  { servers, timeout = 3000, tries = 2 }: TxtOptions = {},
): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout, tries })
  if (servers) resolver.setServers(servers)
  try {
    const records = await resolver.resolveTxt(name)
    return records.map((strings) => strings.join(''))
  } catch (thrown) {
    if (['ENOTFOUND', 'ENODATA'].includes((thrown as NodeJS.ErrnoException).code ?? '')) return []
    return refuse('busy', `The DNS servers do not answer for '${name}'; try again.`)
  }
}
