import { readFileSync } from 'node:fs'
import { createServer, request as httpsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import {
  type Configuration,
  ConfidentialClientApplication,
  type INetworkModule,
  type NetworkRequestOptions,
  PublicClientApplication,
} from '@azure/msal-node'
import { onTestFinished } from 'vitest'
import { silentLog } from '../../src/core/log.ts'
import { realWorld } from '../../src/core/world.ts'
import { auditMigrations } from '../../src/domain/audit/schema.ts'
import { createSignIns } from '../../src/domain/audit/sign-ins.ts'
import { createAuthorizations } from '../../src/domain/authorization/authorizations.ts'
import { authorizationMigrations } from '../../src/domain/authorization/schema.ts'
import type { Authorizations } from '../../src/domain/authorization/types.ts'
import { createDirectory } from '../../src/domain/directory/directory.ts'
import { directoryMigrations } from '../../src/domain/directory/schema.ts'
import type { App, Directory, NewApp, ServicePrincipal, Tenant } from '../../src/domain/directory/types.ts'
import { tokenMigrations } from '../../src/domain/tokens/schema.ts'
import { createTokens } from '../../src/domain/tokens/tokens.ts'
import { serverTls } from '../../src/programs/certificates.ts'
import { createHttp } from '../../src/programs/http.ts'
import type { EntraDeps } from '../../src/protocols/entra/deps.ts'
import { entraService } from '../../src/protocols/entra/service.ts'
import { openSqliteEngine } from '../../src/storage/sqlite/engine.ts'
import { temporaryDirectory } from './disk.ts'
import { entraDefaults, noOutsideIssuers } from './token-service.ts'

/** The credential of MSAL's configuration. */
type Credential = Pick<Configuration['auth'], 'clientSecret' | 'clientCertificate' | 'clientAssertion'>

export interface MsalService {
  readonly tenant: Tenant
  readonly directory: Directory
  readonly authorizations: Authorizations
  /** An app with its service principal. */
  readonly register: (app?: Partial<NewApp>) => Promise<{ readonly app: App; readonly principal: ServicePrincipal }>
  readonly confidential: (app: App, tenant: string, credential: Credential) => ConfidentialClientApplication
  /** `ready` is waited for before a token is asked for. */
  readonly publicClient: (app: App, tenant: string, ready?: Promise<unknown>) => PublicClientApplication
}

/** The token service on a port of its own with a certificate of a local authority, in real time. */
export async function openMsalService(
  settings: Partial<EntraDeps['settings']> = {},
  outside: Partial<typeof noOutsideIssuers> = {},
): Promise<MsalService> {
  const world = realWorld
  const dir = temporaryDirectory()
  const tls = await serverTls({ dir, certificate: '', key: '', names: ['localhost'], world })
  const migrations = [...directoryMigrations, ...tokenMigrations, ...auditMigrations, ...authorizationMigrations]
  const engine = await openSqliteEngine({ dir, migrations, world, log: silentLog })
  const server = createServer({ key: tls.key, cert: tls.certificate })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const host = `localhost:${(server.address() as AddressInfo).port}`
  const base = `https://${host}`
  const directory = createDirectory({ sql: engine.sql, notifier: engine.notifier, world })
  const tokens = createTokens({
    sql: engine.sql,
    notifier: engine.notifier,
    world,
    log: silentLog,
    issuer: (tenant) => `${base}/${tenant}/`,
  })
  const authorizations = createAuthorizations({ sql: engine.sql, world, log: silentLog, reuse: 'allowed' })
  const keeping = { sign_in_days: 30, sign_in_limit: 1000, use_days: 90, use_rows_per_day: 1000 }
  const signIns = createSignIns({ sql: engine.sql, world, log: silentLog, settings: keeping })
  const entra = entraService({
    directory,
    tokens,
    authorizations,
    signIns,
    ...noOutsideIssuers,
    ...outside,
    world,
    settings: { ...entraDefaults, ...settings },
    strict: false,
    names: ['localhost', '127.0.0.1', '::1'],
    issuerHosts: 'self',
  })
  const http = createHttp({
    services: [entra],
    world,
    log: silentLog,
    base: () => base,
    serverFactory: (handler) => server.on('request', handler),
  })
  await http.ready()
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => {
      server.close(resolve)
    })
    await engine.close()
  })
  const tenant = await directory.tenants.create('Contoso', 'contoso.test')
  const ca = readFileSync(tls.caFile)
  const told = (app: App, named: string, credential: Credential = {}, ready?: Promise<unknown>): Configuration => ({
    auth: { clientId: app.appId, authority: `${base}/${named}`, knownAuthorities: [host], ...credential },
    system: { networkClient: trusting(ca, ready) },
  })
  return {
    tenant,
    directory,
    authorizations,
    async register(given = {}) {
      const app = await directory.apps.create(tenant.id, { displayName: 'Reader', ...given })
      return { app, principal: await directory.servicePrincipals.create(tenant.id, { appId: app.appId }) }
    },
    confidential: (app, named, credential) => new ConfidentialClientApplication(told(app, named, credential)),
    publicClient: (app, named, ready) => new PublicClientApplication(told(app, named, {}, ready)),
  }
}

/** MSAL's requests, trusting one authority: a program would say NODE_EXTRA_CA_CERTS. */
function trusting(ca: Buffer, ready: Promise<unknown> | undefined): INetworkModule {
  const send = async <T>(method: string, url: string, options?: NetworkRequestOptions) => {
    const { status, headers, text } = await exchange(method, url, ca, options)
    return { status, headers, body: JSON.parse(text) as T }
  }
  return {
    sendGetRequestAsync: (url, options) => send('GET', url, options),
    async sendPostRequestAsync(url, options) {
      if (/\/token\b/.test(url)) await ready
      return send('POST', url, options)
    },
  }
}

const exchange = (method: string, url: string, ca: Buffer, options?: NetworkRequestOptions) =>
  new Promise<{ status: number; headers: Record<string, string>; text: string }>((resolve, reject) => {
    const sent = httpsRequest(url, { method, ca, headers: options?.headers ?? {} }, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers as Record<string, string>,
          text: Buffer.concat(parts).toString(),
        }),
      )
    })
    sent.on('error', reject)
    sent.end(options?.body)
  })
