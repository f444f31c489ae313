import { silentLog } from '../../src/core/log.ts'
import { createHttp } from '../../src/programs/http.ts'
import type { User } from '../../src/domain/directory/types.ts'
import { createOutlook } from '../../src/domain/outlook/outlook.ts'
import { outlookMigrations } from '../../src/domain/outlook/schema.ts'
import { subscriptionMigrations } from '../../src/domain/subscriptions/schema.ts'
import { createSubscriptions } from '../../src/domain/subscriptions/subscriptions.ts'
import type { Subscriptions } from '../../src/domain/subscriptions/types.ts'
import type { Post } from '../../src/net/post.ts'
import { graphService } from '../../src/protocols/graph/service.ts'
import { BASE, GRAPH, type OpenAccess, openAccess } from './access.ts'
import { registerApp } from './directory.ts'

export const GLOBAL_ADMINISTRATOR = '62e90394-69f5-4237-9190-012177145e10'

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'

interface GraphRequestOptions {
  readonly headers?: Record<string, string>
  /** Application permissions of the caller; an administrator's when absent. */
  readonly roles?: readonly string[]
  /** Templates of its directory roles; an administrator's when absent. */
  readonly wids?: readonly string[]
  /** In place of a token with those: one for a person. */
  readonly person?: DelegatedUser
  /** In place of a token. */
  readonly authorization?: string
}

/** Whom an app acts for. */
export interface DelegatedUser {
  /** ada@contoso.test when absent. */
  readonly user?: User
  readonly scopes: readonly string[]
  /** Templates of directory roles. */
  readonly wids?: readonly string[]
}

export interface OpenGraph extends OpenAccess {
  /** The app that calls. */
  readonly caller: Awaited<ReturnType<typeof registerApp>>
  readonly subscriptions: Subscriptions
  /** Calls `/v1.0` and that path. A body that is text goes out as it is, any other as JSON. */
  readonly call: (
    method: Method,
    path: string,
    body?: unknown,
    further?: GraphRequestOptions,
  ) => Promise<{ status: number; body: Body; headers: Record<string, unknown> }>
}

/** Whatever JSON came back. */
export type Body = ReturnType<typeof JSON.parse>

const administrator = [
  'Application.ReadWrite.All',
  'AppRoleAssignment.ReadWrite.All',
  'Directory.ReadWrite.All',
  'Domain.ReadWrite.All',
  'User.ReadWrite.All',
  'DelegatedPermissionGrant.ReadWrite.All',
  'RoleManagement.ReadWrite.Directory',
  'AuditLog.Read.All',
]

const adaLovelace = {
  userPrincipalName: 'ada@contoso.test',
  displayName: 'Ada Lovelace',
  mailNickname: 'ada',
  accountEnabled: true,
}

/** Graph over a real directory, real access and real tokens, called by an app named "Administration". */
export async function openGraph({
  strict = false,
  post = async () => ({ failure: 'unreachable' }),
  ...rules
}: { readonly strict?: boolean; readonly post?: Post } & Parameters<typeof openAccess>[1] = {}): Promise<OpenGraph> {
  const open = await openAccess('exchange-online', {
    ...rules,
    migrations: [...outlookMigrations, ...subscriptionMigrations, ...(rules.migrations ?? [])],
  })
  const { access, directory, signIns, world, engine } = open
  const outlook = createOutlook({ sql: engine.sql, world })
  const subscriptions = createSubscriptions({ sql: engine.sql, notifier: engine.notifier, world })
  const given = { access, directory, signIns, outlook, subscriptions, post, world }
  const services = [graphService({ ...given, strict, strictFilters: false })]
  const http = createHttp({ services, world, log: silentLog, base: () => BASE })
  const caller = await registerApp(open, 'Administration')
  let ada: Promise<User> | undefined

  const minted = new Map<string, Promise<string>>()
  /** The same one for the same wish at the same moment: minting is what takes longest. */
  function tokenOf(wish: GraphRequestOptions): Promise<string> {
    const key = JSON.stringify([world.now(), wish.roles, wish.wids, wish.person])
    const token = minted.get(key) ?? mint(wish)
    minted.set(key, token)
    return token
  }

  async function mint({
    roles = administrator,
    wids = [GLOBAL_ADMINISTRATOR],
    person,
  }: GraphRequestOptions): Promise<string> {
    if (person === undefined) return open.tokenFor(caller, { audience: GRAPH, roles, wids })
    const user = person.user ?? (await (ada ??= directory.users.create(open.tenant.id, adaLovelace)))
    const { token } = await open.tokens.mint({
      kind: 'user',
      version: 1,
      tenant: open.tenant.id,
      appId: caller.app.appId,
      appDisplayName: caller.app.displayName,
      audience: GRAPH,
      wids: person.wids ?? [],
      appidacr: '0',
      lifetime: 3600,
      user,
      scopes: person.scopes,
      amr: ['pwd'],
      session: world.guid(),
      from: undefined,
    })
    return token
  }

  return {
    ...open,
    caller,
    subscriptions,
    async call(method, path, body, { headers = {}, authorization, ...who } = {}) {
      const token = authorization ?? `Bearer ${await tokenOf(who)}`
      const answer = await http.inject({
        method,
        url: path.startsWith('/v1.0') || path.startsWith('/beta') ? path : `/v1.0${path}`,
        headers: {
          host: 'localhost:8443',
          ...(token === '' ? {} : { authorization: token }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      return {
        status: answer.statusCode,
        body: bodyOf(answer),
        headers: answer.headers,
      }
    },
  }
}

const bodyOf = ({ body, headers }: { body: string; headers: Record<string, unknown> }): Body =>
  /json/.test(String(headers['content-type'])) && body !== '' ? JSON.parse(body) : body || undefined
