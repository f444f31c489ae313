import { createSecureContext } from 'node:tls'
import type { FastifyInstance } from 'fastify'
import { onTestFinished } from 'vitest'
import type { HttpService } from '../../src/core/http.ts'
import type { AppId } from '../../src/core/ids.ts'
import { Jobs } from '../../src/core/jobs.ts'
import { type Log, silentLog } from '../../src/core/log.ts'
import type { World } from '../../src/core/world.ts'
import { createTenant } from '../../src/domain/directory/create-tenant.ts'
import type { User } from '../../src/domain/directory/types.ts'
import { authoritiesOf } from '../../src/programs/certificates.ts'
import { type Overrides, readConfig } from '../../src/programs/config.ts'
import { createHttp } from '../../src/programs/http.ts'
import type { Bodies } from '../../src/programs/http/body.ts'
import { buildServices, migrations } from '../../src/programs/services.ts'
import type { Engine } from '../../src/storage/engine.ts'
import { type Disk, realDisk } from '../../src/storage/files/disk.ts'
import { BASE } from './access.ts'
import { type AppGrants, appGrants } from './directory.ts'
import type { AtEnd } from './lifecycle.ts'
import { addSigningKey } from './tokens.ts'
import { openEngine, type OpenTenant } from './tenant.ts'
import { openUploadPool } from './line-servers.ts'

interface RequestOptions {
  readonly headers?: Record<string, string>
  readonly payload?: object | string | Buffer
  /** Replaces the administrator's token for Exchange; undefined sends no token. */
  readonly bearer?: string | undefined
}

interface ServerOptions {
  readonly through?: (engine: Engine) => Engine
  readonly disk?: Disk
  /** Whether the server makes its own signing key. Otherwise it finds the one that all tests share. */
  readonly ownKey?: boolean
  /** The memory and time limits of request bodies. */
  readonly bodies?: (world: World) => Bodies
}

/** Fourth layer of the builders: all HTTP services of a server, as the program wires them. */
export interface OpenServer extends OpenTenant, AppGrants {
  readonly admin: { readonly clientId: string; readonly clientSecret: string }
  readonly http: FastifyInstance
  readonly services: readonly HttpService[]
  /** Resolves when all writes are durable. */
  settled(): Promise<void>
  /** A token by the client credentials grant. */
  token(client?: { clientId: string; clientSecret: string }, resource?: string): Promise<string>
  ask(verb: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'OPTIONS', url: string, asked?: RequestOptions): Promise<Answer>
  /** Calls `InvokeCommand` in the tenant, by default as the administrator. */
  invoke(name: string, parameters?: object, asked?: RequestOptions & { query?: string }): Promise<Answer>
}

export interface Answer {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly rawPayload: Buffer
  json<T = Record<string, unknown>>(): T
}

/**
 * Opens every HTTP service, reached as https://localhost:8443, with the tenant contoso.test and its administrator.
 * `flags` are settings by their full names; `options` replace parts below the services.
 */
export async function openServer(
  log: Log = silentLog,
  flags: Overrides = {},
  atEnd: AtEnd = onTestFinished,
  options: ServerOptions = {},
): Promise<OpenServer> {
  const { through = (it) => it, disk = realDisk, ownKey = false } = options
  const opened = await openEngine({ migrations, disk }, atEnd)
  const { world, dir } = opened
  const engine = through(opened.engine)
  if (!ownKey) await addSigningKey({ engine, world })
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
  const jobs = new Jobs(world, engine.leases)
  jobs.start(context.jobs)
  atEnd(async () => {
    await jobs.close()
    await context.settled()
  })
  const { directory, httpServices: services } = context
  const { tenant, admin } = await createTenant(directory, { displayName: 'Contoso', domain: 'contoso.test' })
  const http = createHttp({
    services,
    world,
    log,
    base: () => BASE,
    ...(options.bodies && { bodies: options.bodies(world) }),
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
    ...opened,
    ...appGrants({ directory, tenant }),
    directory,
    tenant,
    admin,
    http,
    services,
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

const PASSWORD = 'Correct horse battery staple'

/** The flags of a server on which users sign in with the password grant. */
export const withPasswords = { 'entra.ropc': 'true' } as const

interface SignedInUser {
  readonly user: User
  readonly appId: AppId
  /** An access token by which the app acts for the user. */
  readonly token: string
}

/**
 * Creates a user with a mailbox and directory roles, who signs in to an app of their own with scopes of Exchange.
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
  const principal = await directory.servicePrincipals.create(tenant.id, { appId: app.appId })
  await context.consentTo({ app, principal }, scopes, user.id)
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
