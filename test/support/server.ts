import { createSecureContext } from 'node:tls'
import type { FastifyInstance } from 'fastify'
import { onTestFinished } from 'vitest'
import type { HttpService } from '../../src/core/http.ts'
import type { AppId } from '../../src/core/ids.ts'
import { Jobs } from '../../src/core/jobs.ts'
import { type Log, silentLog } from '../../src/core/log.ts'
import type { World } from '../../src/core/world.ts'
import { createTenant } from '../../src/domain/directory/create-tenant.ts'
import type { Directory, Tenant, User } from '../../src/domain/directory/types.ts'
import { authoritiesOf } from '../../src/programs/authorities.ts'
import { type Overrides, readConfig } from '../../src/programs/config.ts'
import { createHttp } from '../../src/programs/http.ts'
import type { Bodies } from '../../src/programs/http/bodies.ts'
import { buildServices, migrations } from '../../src/programs/services.ts'
import type { Engine } from '../../src/storage/engine.ts'
import { type Disk, realDisk } from '../../src/storage/files/disk.ts'
import { temporaryDirectory } from './disk.ts'
import type { AtEnd } from './lifecycle.ts'
import { addSigningKey } from './tokens.ts'
import { openMigrated } from './tenant.ts'
import { openUploadPool } from './line-servers.ts'
import { TestWorld } from './world.ts'

export const BASE = 'https://localhost:8443'

interface RequestOptions {
  readonly headers?: Record<string, string>
  readonly payload?: object | string | Buffer
  /** Another token than the administrator's for Exchange, or none. */
  readonly bearer?: string | undefined
}

interface ServerOptions {
  readonly through?: (engine: Engine) => Engine
  readonly disk?: Disk
  /** Whether it makes a key of its own to sign tokens with, as it would if nobody had made one. */
  readonly ownKey?: boolean
  /** The memory and time limits of request bodies. */
  readonly bodies?: (world: World) => Bodies
}

export interface OpenServer {
  readonly world: TestWorld
  readonly directory: Directory
  readonly tenant: Tenant
  readonly admin: { readonly clientId: string; readonly clientSecret: string }
  readonly http: FastifyInstance
  readonly services: readonly HttpService[]
  /** Where the engine keeps everything. */
  readonly dir: string
  readonly engine: Engine
  /** Resolves when all that was left to be written is durable. */
  settled(): Promise<void>
  /** A token by the client credentials grant. */
  token(client?: { clientId: string; clientSecret: string }, resource?: string): Promise<string>
  ask(verb: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'OPTIONS', url: string, asked?: RequestOptions): Promise<Answer>
  /** `InvokeCommand` in the tenant, as the administrator unless said otherwise. */
  invoke(name: string, parameters?: object, asked?: RequestOptions & { query?: string }): Promise<Answer>
}

export interface Answer {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly rawPayload: Buffer
  json<T = Record<string, unknown>>(): T
}

/**
 * Every HTTP service over a real engine, reached as https://localhost:8443; the tenant contoso.test and its
 * administrator. `flags` are settings by their full names; `below` is what stands below the services in place of what
 * does otherwise.
 */
export async function openServer(
  log: Log = silentLog,
  flags: Overrides = {},
  atEnd: AtEnd = onTestFinished,
  below: ServerOptions = {},
): Promise<OpenServer> {
  const world = new TestWorld()
  const dir = temporaryDirectory(atEnd)
  const { through = (it) => it, disk = realDisk, ownKey = false } = below
  const engine = through(await openMigrated({ dir, migrations, world, log: silentLog, disk }))
  if (!ownKey) await addSigningKey({ sql: engine.sql, world })
  const tls = createSecureContext()
  const settings = readConfig({ flags })
  const context = buildServices({
    engine,
    settings,
    world,
    log,
    tls: () => tls,
    names: ['localhost'],
    authorities: await authoritiesOf(settings.entra),
    uploads: await openUploadPool(world, dir, flags),
    base: () => BASE,
    state: () => 'ready',
  })
  const jobs = new Jobs(world)
  jobs.start(context.jobs)
  atEnd(async () => {
    await jobs.close()
    await context.settled()
    await engine.close()
  })
  const { directory, httpServices: services } = context
  const { tenant, admin } = await createTenant(directory, { displayName: 'Contoso', domain: 'contoso.test' })
  const http = createHttp({
    services,
    world,
    log,
    base: () => BASE,
    ...(below.bodies && { bodies: below.bodies(world) }),
  })

  const token: OpenServer['token'] = async (client = admin, resource = 'https://outlook.office365.com') => {
    const form = { grant_type: 'client_credentials', scope: `${resource}/.default` }
    const answer = await http.inject({
      method: 'POST',
      url: `/${tenant.id}/oauth2/v2.0/token`,
      headers: { host: 'localhost:8443', 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({
        ...form,
        client_id: client.clientId,
        client_secret: client.clientSecret,
      }).toString(),
    })
    return answer.json<{ access_token: string }>().access_token
  }
  const ask: OpenServer['ask'] = async (method, url, asked = {}) => {
    const bearer = 'bearer' in asked ? asked.bearer : await token()
    return http.inject({
      method,
      url,
      headers: {
        host: 'localhost:8443',
        ...(typeof asked.payload === 'object' && !Buffer.isBuffer(asked.payload)
          ? { 'content-type': 'application/json' }
          : {}),
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...asked.headers,
      },
      ...(asked.payload === undefined ? {} : { payload: asked.payload }),
    })
  }
  return {
    world,
    directory,
    tenant,
    admin,
    http,
    services,
    dir,
    engine,
    settled: async () => {
      await jobs.settled()
      await context.settled()
    },
    token,
    ask,
    invoke: (CmdletName, Parameters = {}, { query = '', ...asked } = {}) =>
      ask('POST', `/adminapi/beta/${tenant.id}/InvokeCommand${query}`, {
        payload: { CmdletInput: { CmdletName, Parameters } },
        ...asked,
      }),
  }
}

/** An app of the tenant with its service principal, a secret, and Exchange application permissions. */
export async function registerAppWith(
  { directory, tenant }: OpenServer,
  { roles = [], directoryRoles = [] }: { roles?: readonly string[]; directoryRoles?: readonly string[] },
): Promise<{ appId: string; objectId: string; clientId: string; clientSecret: string }> {
  const app = await directory.apps.create(tenant.id, { displayName: 'Reader' })
  const principal = await directory.servicePrincipals.create(tenant.id, { appId: app.appId })
  const exchange = await directory.servicePrincipals.findResource(tenant.id, '00000002-0000-0ff1-ce00-000000000000')
  for (const value of roles) {
    const role = exchange?.appRoles.find((it) => it.value === value)
    if (!exchange || !role) throw new Error(`Exchange has no role ${value}`)
    await directory.assignments.create(tenant.id, {
      principal: principal.id,
      resource: exchange.id,
      appRoleId: role.id,
    })
  }
  for (const role of directoryRoles) await directory.directoryRoles.assign(tenant.id, principal.id, role)
  const { value } = await directory.apps.addSecret(tenant.id, app.id, {})
  return { appId: app.appId, objectId: principal.id, clientId: app.appId, clientSecret: value }
}

const PASSWORD = 'Correct horse battery staple'

/** To open a context with, where people are to sign in with no page. */
export const withPasswords = { 'entra.ropc': 'true' } as const

interface SignedInUser {
  readonly user: User
  readonly appId: AppId
  /** An access token by which the app acts for the person. */
  readonly token: string
}

/**
 * A person with a mailbox and directory roles who signs in to an app of their own, which may use scopes of Exchange.
 */
export async function signInUser(
  context: OpenServer,
  word: string,
  { scopes, directoryRoles = [] }: { scopes: readonly string[]; directoryRoles?: readonly string[] },
): Promise<SignedInUser> {
  const { directory, tenant } = context
  const address = `${word}@contoso.test`
  await directory.mailboxes.create(tenant.id, {
    name: word,
    alias: word,
    displayName: word,
    primarySmtpAddress: address,
    userPrincipalName: address,
    type: 'UserMailbox',
    password: PASSWORD,
  })
  const user = (await directory.users.find(tenant.id, address))!
  for (const role of directoryRoles) await directory.directoryRoles.assign(tenant.id, user.id, role)
  const app = await directory.apps.create(tenant.id, {
    displayName: `${word}'s program`,
    properties: { isFallbackPublicClient: true },
  })
  const client = await directory.servicePrincipals.create(tenant.id, { appId: app.appId })
  const exchange = await directory.servicePrincipals.findResource(tenant.id, 'https://outlook.office365.com')
  await directory.consents.create(tenant.id, {
    client: client.id,
    consentType: 'Principal',
    user: user.id,
    resource: exchange!.id,
    scopes,
  })
  const answer = await context.ask('POST', `/${tenant.id}/oauth2/v2.0/token`, {
    bearer: undefined,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({
      grant_type: 'password',
      client_id: app.appId,
      username: address,
      password: PASSWORD,
      scope: scopes.map((scope) => `https://outlook.office365.com/${scope}`).join(' '),
    }).toString(),
  })
  const { access_token: token } = answer.json<{ access_token?: string }>()
  if (token === undefined) throw new Error(answer.rawPayload.toString())
  return { user, appId: app.appId, token }
}
