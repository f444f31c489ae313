import { readFileSync } from 'node:fs'
import { createServer, request as httpsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import { ConfidentialClientApplication, type INetworkModule, type NetworkRequestOptions } from '@azure/msal-node'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Certified, makeCertificate } from '../../../test/support/certificate.ts'
import { temporaryDirectory } from '../../../test/support/directory.ts'
import { entraDefaults, nobodyOutside } from '../../../test/support/token-service.ts'
import { silentLog } from '../../core/log.ts'
import { realWorld } from '../../core/world.ts'
import { auditMigrations } from '../../domain/audit/schema.ts'
import { createSignIns } from '../../domain/audit/sign-ins.ts'
import { createAuthorizations } from '../../domain/authorization/authorizations.ts'
import { authorizationMigrations } from '../../domain/authorization/schema.ts'
import { createDirectory } from '../../domain/directory/directory.ts'
import { directoryMigrations } from '../../domain/directory/schema.ts'
import type { App, Directory, Tenant } from '../../domain/directory/types.ts'
import { tokenMigrations } from '../../domain/tokens/schema.ts'
import { createTokens } from '../../domain/tokens/tokens.ts'
import { serverTls } from '../../programs/certificates.ts'
import { createHttp } from '../../programs/http.ts'
import { openSqliteEngine } from '../../storage/sqlite/engine.ts'
import { entraService } from './service.ts'

const scopes = ['https://outlook.office365.com/.default']

describe('MSAL Node, unchanged, over TLS', () => {
  it.each([
    ['the tenant by GUID', (tenant: Tenant) => tenant.id],
    ['the tenant by domain', () => 'contoso.test'],
  ])('gets a token with a secret, naming %s', async (_, name) => {
    const { tenant, directory, app, client } = await listening()
    const { value: clientSecret } = await directory.apps.addSecret(tenant.id, app.id, {})
    const result = await client(name(tenant), { clientSecret }).acquireTokenByClientCredential({ scopes })
    expect(claimsOf(result?.accessToken)).toMatchObject({ appid: app.appId, tid: tenant.id, appidacr: '1' })
    expect(result!.expiresOn!.getTime() - Date.now()).toBeGreaterThan(59 * 60_000)
  })

  it.each<[string, (made: Certified) => { thumbprint?: string; thumbprintSha256?: string }]>([
    ['thumbprintSha256, which means PS256', (made) => ({ thumbprintSha256: made.sha256.toString('hex') })],
    ['thumbprint, which means RS256', (made) => ({ thumbprint: made.sha1.toString('hex') })],
  ])('gets a token with a certificate by %s', async (_, thumbprint) => {
    const { tenant, directory, app, client } = await listening()
    const made = await makeCertificate({ now: Date.now() })
    await directory.apps.update(tenant.id, app.id, { certificates: [{ der: made.der }] })
    const clientCertificate = { ...thumbprint(made), privateKey: made.privatePem }
    const result = await client(tenant.id, { clientCertificate }).acquireTokenByClientCredential({ scopes })
    expect(claimsOf(result?.accessToken)).toMatchObject({ appid: app.appId, appidacr: '2' })
  })

  it('is told what was wrong with its secret, under its own correlation id', async () => {
    const { tenant, client } = await listening()
    const correlationId = '5f2d8a0e-57c5-4a52-8a8d-0a8f3c7f9b11'
    const asked = client(tenant.id, { clientSecret: 'wrong' }).acquireTokenByClientCredential({ scopes, correlationId })
    await expect(asked).rejects.toMatchObject({
      errorCode: 'invalid_client',
      errorMessage: expect.stringContaining('AADSTS7000215'),
      correlationId,
    })
  })
})

const claimsOf = (token: string | undefined) =>
  JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString())

interface Listening {
  readonly tenant: Tenant
  readonly directory: Directory
  readonly app: App
  readonly client: (
    tenant: string,
    credential: {
      clientSecret?: string
      clientCertificate?: { thumbprint?: string; thumbprintSha256?: string; privateKey: string }
    },
  ) => ConfidentialClientApplication
}

/** The token service on a port of its own with a certificate of a local authority, in real time. */
async function listening(): Promise<Listening> {
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
  const tokens = createTokens({ sql: engine.sql, world, log: silentLog, issuer: (tenant) => `${base}/${tenant}/` })
  const authorizations = createAuthorizations({ sql: engine.sql, world, log: silentLog, reuse: 'allowed' })
  const keeping = { sign_in_days: 30, sign_in_limit: 1000 }
  const signIns = createSignIns({ sql: engine.sql, world, log: silentLog, settings: keeping })
  const entra = entraService({
    directory,
    tokens,
    authorizations,
    signIns,
    ...nobodyOutside,
    world,
    settings: entraDefaults,
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
  const app = await directory.apps.create(tenant.id, { displayName: 'Reader' })
  await directory.servicePrincipals.create(tenant.id, { appId: app.appId })
  const ca = readFileSync(tls.caFile)
  return {
    tenant,
    directory,
    app,
    client: (named, credential) =>
      new ConfidentialClientApplication({
        auth: { clientId: app.appId, authority: `${base}/${named}`, knownAuthorities: [host], ...credential },
        system: { networkClient: trusting(ca) },
      }),
  }
}

/** MSAL's requests, trusting one authority: a program would say NODE_EXTRA_CA_CERTS. */
function trusting(ca: Buffer): INetworkModule {
  const send = async <T>(method: string, url: string, options?: NetworkRequestOptions) => {
    const { status, headers, text } = await exchange(method, url, ca, options)
    return { status, headers, body: JSON.parse(text) as T }
  }
  return {
    sendGetRequestAsync: (url, options) => send('GET', url, options),
    sendPostRequestAsync: (url, options) => send('POST', url, options),
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
