import { expect, it } from 'vitest'
import type { Access, Caller } from '../../src/access/types.ts'
import type { HttpRequest, Route } from '../../src/core/http.ts'
import { guid, type UserId } from '../../src/core/ids.ts'
import { silentLog } from '../../src/core/log.ts'
import { Refusal } from '../../src/core/refusal.ts'
import { roleTemplates } from '../../src/core/well-known/directory-roles.ts'
import { exchangeOnline } from '../../src/core/well-known/exchange-online.ts'
import { microsoftGraph } from '../../src/core/well-known/microsoft-graph.ts'
import type { EntraDeps } from '../../src/protocols/entra/deps.ts'
import { mayConsentForAll, mayGrantGraph } from '../../src/protocols/entra/people/administrators.ts'
import type { Person } from '../../src/protocols/entra/person.ts'
import { commands } from '../../src/protocols/exchange/cmdlets/index.ts'
import { managementRoles } from '../../src/access/admin/operations.ts'
import { exchangeService } from '../../src/protocols/exchange/service.ts'
import { graphService } from '../../src/protocols/graph/service.ts'
import { portalService } from '../../src/protocols/portal/service.ts'
import { newMailbox, openDirectory, registerApp } from '../support/directory.ts'

/** An object that does not exist. */
const NOWHERE = '5f2d8a0e-57c5-4a52-8a8d-0a8f3c7f9b11'

interface Rights {
  /** Application permissions. */
  readonly roles?: readonly string[]
  /** Delegated permissions: the caller is then an app that acts for a user. */
  readonly scopes?: readonly string[]
  /** Names of directory roles. */
  readonly directoryRoles?: readonly string[]
  /** The user that the app acts for, or undefined for one without anything. */
  readonly user?: UserId
}

const templateOf = new Map(roleTemplates.map(({ displayName, id }) => [displayName, id]))

const userNamed = (word: string) => ({
  userPrincipalName: `${word}@contoso.test`,
  displayName: word,
  mailNickname: word,
  accountEnabled: true,
})

const groupOf = (id: UserId) => ({ description: '', members: [{ kind: 'user' as const, id, name: '', sid: '' }] })

/** The HTTP services over a real directory. `caller` is whom the access check finds behind every token. */
async function openStage() {
  const opened = await openDirectory()
  const { directory, tenant, world } = opened
  const { app, principal } = await registerApp(opened, 'Caller')
  const plain = await directory.users.create(tenant.id, userNamed('plain'))
  const callerWith = ({ roles, scopes = [], directoryRoles = [], user = plain.id }: Rights): Caller => {
    const common = {
      tenant: tenant.id,
      appId: app.appId,
      appDisplayName: app.displayName,
      directoryRoles: new Set(directoryRoles.map((name) => templateOf.get(name)!)),
    }
    return roles
      ? { kind: 'app', ...common, servicePrincipal: principal.id, roles: new Set(roles) }
      : {
          kind: 'user',
          ...common,
          user: { id: user, userPrincipalName: 'plain@contoso.test', displayName: 'P' },
          scopes: new Set(scopes),
        }
  }
  let caller = callerWith({})
  const access = reached({ authorize: async () => caller, unpermitted: async () => {} }) as Access
  const deps = reached({ access, directory, world, strict: false, log: silentLog }) as never
  const routes = [graphService, exchangeService, portalService].flatMap((service) => service(deps).routes)
  return {
    ...opened,
    principal,
    plain,
    routes,
    /** Whether what a route answers to this caller is anything but "not allowed". */
    async allows(route: Route, rights: Rights, params: Record<string, string> = {}, body: unknown = {}) {
      caller = callerWith(rights)
      const request = requestOf(route, { tenant: tenant.id, ...params }, body)
      try {
        const admitted = await route.admit?.(request)
        await route.run(request, admitted?.caller)
      } catch (thrown) {
        return !(thrown instanceof Refusal && isDenied(thrown))
      }
      return true
    },
  }
}

type Stage = Awaited<ReturnType<typeof openStage>>

/** Says that the caller may not, in one of the ways that the services have. */
const isDenied = ({ reason, message, detail }: Refusal): boolean =>
  reason === 'not-allowed' ||
  detail.type?.endsWith('CommandNotFoundException') === true ||
  message.startsWith('/me request')

/** Dependencies of which only some are known. A call of another one is beyond the decision, and throws. */
const reached = (known: object): object =>
  new Proxy(known, {
    get: (target, name) => {
      if (typeof name === 'symbol' || name === 'then' || name in target) return Reflect.get(target, name)
      return reached(() => {
        throw new Error(`Reached ${name}`)
      })
    },
  })

const requestOf = (route: Route, params: Record<string, string>, body: unknown): HttpRequest => ({
  method: route.verb,
  path: route.path,
  params: new Proxy(params, { get: (target, name) => Reflect.get(target, name) ?? NOWHERE }),
  query: new URLSearchParams(),
  headers: { authorization: 'Bearer token', 'content-type': 'application/json' },
  body: new TextEncoder().encode(JSON.stringify(body)),
  from: '192.0.2.1',
  base: 'https://localhost:8443',
  id: guid(NOWHERE),
  log: silentLog,
})

async function those(names: readonly string[], allowed: (name: string) => Promise<boolean>): Promise<string[]> {
  const found: string[] = []
  for (const name of names) if (await allowed(name)) found.push(name)
  return found.toSorted()
}

const allRoles = [...templateOf.keys()]
/** Permissions that Graph takes, though no resource offers them. */
const notOffered = ['Domain.Read.All', 'Domain.ReadWrite.All', 'Organization.ReadWrite.All', 'User.RevokeSessions.All']
const resources = [microsoftGraph, exchangeOnline]
const allApplication = [...new Set([...resources.flatMap((it) => it.appRoles.map((r) => r.value)), ...notOffered])]
const allDelegated = [
  ...new Set([...resources.flatMap((it) => it.oauth2PermissionScopes.map((s) => s.value)), ...notOffered]),
]

/** Operations under the rights that decide about them; those that are decided alike stand together. */
function grouped(decisions: readonly (readonly [operation: string, rule: readonly string[]])[]): string {
  const groups = Map.groupBy(decisions, ([, rule]) => rule.map(wrapped).join('\n'))
  return [...groups].map(([rule, operations]) => [...operations.map(([name]) => name), rule].join('\n')).join('\n\n')
}

const wrapped = (line: string): string => `      ${line}`.replaceAll(/(.{60,105},) /g, '$1\n            ')

const listed = (names: readonly string[], all: readonly string[]): string =>
  names.length === all.length ? 'any' : names.length === 0 ? 'none' : names.join(', ')

/**
 * Returns the rule of a route: the permissions that an app and a user need, and the directory roles that allow a user.
 */
async function ruleOf(stage: Stage, route: Route, params?: Record<string, string>): Promise<readonly string[]> {
  const may = (rights: Rights) => stage.allows(route, rights, params, { protocol: 'Imap' })
  const user = params?.self === undefined ? {} : { user: stage.plain.id }
  const anyone = await may({ scopes: allDelegated, ...user })
  const global = ['Global Administrator']
  const app = await those(allApplication, (role) => may({ roles: [role] }))
  const asAdministrator = await those(allApplication, (role) => may({ roles: [role], directoryRoles: global }))
  const appRoles = await those(allRoles, (role) => may({ roles: allApplication, directoryRoles: [role] }))
  const scopes = await those(allDelegated, (scope) => may({ scopes: [scope], directoryRoles: global, ...user }))
  const roles = await those(allRoles, (role) => may({ scopes: allDelegated, directoryRoles: [role], ...user }))
  return [
    `application permission: ${listed(app.length > 0 ? app : asAdministrator, allApplication)}`,
    ...(app.length > 0 || appRoles.length === 0 ? [] : [`  and directory role of the app: ${appRoles.join(', ')}`]),
    `delegated permission: ${listed(scopes, allDelegated)}`,
    `  and directory role of the user: ${anyone ? 'not needed' : listed(roles, allRoles)}`,
  ]
}

async function ofGraph(stage: Stage): Promise<string> {
  const { directory, tenant, plain } = stage
  const owned = await registerApp(stage, 'Owned')
  await directory.apps.addOwner(tenant.id, owned.app.id, plain.id)
  await directory.apps.addOwner(tenant.id, owned.app.id, stage.principal.id)
  const decisions: [string, readonly string[]][] = []
  for (const route of stage.routes.filter(({ path }) => path.startsWith('/v1.0/'))) {
    const name = `${route.verb} ${route.path.slice('/v1.0'.length)}`
    const rule = await ruleOf(stage, route)
    decisions.push([name, rule])
    const own = /^\/v1\.0\/(applications|servicePrincipals|users)\/:id/.exec(route.path)?.[1]
    if (own === undefined || route.verb === 'DELETE') continue
    const id = { applications: owned.app.id, servicePrincipals: owned.principal.id, users: plain.id }[own]!
    const ownRule = await ruleOf(stage, route, { id })
    if (ownRule.join() !== rule.join()) decisions.push([`${name}, of one's own`, ownRule])
  }
  return grouped(decisions)
}

async function ofPortal(stage: Stage): Promise<string> {
  const decisions: [string, readonly string[]][] = []
  for (const route of stage.routes.filter(({ path }) => path.startsWith('/postern/'))) {
    decisions.push([`${route.verb} ${route.path}`, await ruleOf(stage, route)])
  }
  return grouped(decisions)
}

/** Names a parameter that no cmdlet has: binding refuses it, once the caller may use the cmdlet. */
const input = (CmdletName: string) => ({ CmdletInput: { CmdletName, Parameters: { Nonesuch: 1 } } })

async function ofCmdlets(stage: Stage): Promise<string> {
  const { directory, tenant, routes } = stage
  const invoke = routes.find(({ path }) => path === '/adminapi/beta/:tenant/InvokeCommand')!
  const endpoint = routes.find(({ path }) => path === '/adminapi/v2.0/:tenant/:endpoint')!
  const members = new Map<string, UserId>()
  for (const [at, role] of managementRoles.entries()) {
    const user = await directory.users.create(tenant.id, userNamed(`member${at}`))
    await directory.roleGroups.create(tenant.id, { ...groupOf(user.id), name: `Group ${at}`, roles: [role] })
    members.set(role, user.id)
  }
  const decisions: [string, readonly string[]][] = []
  for (const { declaration } of commands) {
    const may = (rights: Rights) => stage.allows(invoke, rights, {}, input(declaration.name))
    const app = await those(allApplication, (role) => may({ roles: [role], directoryRoles: ['Global Administrator'] }))
    const scopes = await those(allDelegated, (scope) =>
      may({ scopes: [scope], directoryRoles: ['Global Administrator'] }),
    )
    const asApp = await those(allRoles, (role) => may({ roles: allApplication, directoryRoles: [role] }))
    const asUser = await those(allRoles, (role) => may({ scopes: allDelegated, directoryRoles: [role] }))
    const inGroup = await those([...members.keys()], (role) => may({ scopes: allDelegated, user: members.get(role)! }))
    expect([declaration.name, asUser]).toEqual([declaration.name, asApp])
    decisions.push([
      declaration.name,
      [
        `application permission: ${app.join(', ')}; delegated permission: ${scopes.join(', ')}`,
        `directory role: ${asApp.join(', ')}`,
        `or role group with: ${inGroup.join(', ')}`,
      ],
    ])
  }
  const may = (rights: Rights) =>
    stage.allows(endpoint, rights, { endpoint: 'accepteddomain' }, input('Get-AcceptedDomain'))
  const app = await those(allApplication, (role) => may({ roles: [role], directoryRoles: ['Global Administrator'] }))
  const scopes = await those(allDelegated, (scope) =>
    may({ scopes: [scope], directoryRoles: ['Global Administrator'] }),
  )
  const roles = await those(allRoles, (role) => may({ roles: allApplication, directoryRoles: [role] }))
  decisions.push([
    'Get-AcceptedDomain, at an endpoint of the Exchange Admin API',
    [
      `application permission: ${app.join(', ')}; delegated permission: ${scopes.join(', ')}`,
      `directory role: ${roles.join(', ')}`,
    ],
  ])
  return grouped(decisions)
}

async function ofSignInPages({ directory, tenant }: Stage): Promise<string> {
  const pages = {
    'Consent for every user, and to application permissions': mayConsentForAll,
    'Consent to application permissions of Microsoft Graph': mayGrantGraph,
  }
  const decisions: [string, readonly string[]][] = []
  for (const [name, may] of Object.entries(pages)) {
    const roles = await those(allRoles, async (role) => {
      const user = await directory.users.create(tenant.id, userNamed(`u${decisions.length}-${allRoles.indexOf(role)}`))
      await directory.directoryRoles.assign(tenant.id, user.id, templateOf.get(role)!)
      return may({ directory } as EntraDeps, { tenant, user } as unknown as Person)
    })
    decisions.push([name, [`directory role: ${roles.join(', ')}`]])
  }
  return grouped(decisions)
}

/** Who may take over, lock out or remove a user that administers something themselves. */
async function ofOtherAdministrators(stage: Stage): Promise<string> {
  const { directory, tenant, routes } = stage
  const routeOf = (verb: string, path: string) => routes.find((it) => it.verb === verb && it.path === path)!
  const invoke = routeOf('POST', '/adminapi/beta/:tenant/InvokeCommand')
  type Request = readonly [Route, Record<string, string>, object]
  const cmdlet =
    (CmdletName: string, Parameters: object) =>
    (id: string): Request => [invoke, {}, { CmdletInput: { CmdletName, Parameters: { Identity: id, ...Parameters } } }]
  const graph =
    (verb: string, path: string, body: object) =>
    (id: string): Request => [routeOf(verb, `/v1.0${path}`), { id }, body]
  const operations = {
    'DELETE /users/:id': graph('DELETE', '/users/:id', {}),
    'PATCH /users/:id (accountEnabled)': graph('PATCH', '/users/:id', { accountEnabled: false }),
    'PATCH /users/:id (passwordProfile)': graph('PATCH', '/users/:id', {
      passwordProfile: { password: 'Correct-Horse-9' },
    }),
    'PATCH /users/:id (displayName)': graph('PATCH', '/users/:id', { displayName: 'Other' }),
    'POST /users/:id/revokeSignInSessions': graph('POST', '/users/:id/revokeSignInSessions', {}),
    'Remove-Mailbox': cmdlet('Remove-Mailbox', {}),
    'Disable-Mailbox': cmdlet('Disable-Mailbox', {}),
    'Set-User -STSRefreshTokensValidFrom': cmdlet('Set-User', { STSRefreshTokensValidFrom: '2026-11-24' }),
    'Set-User -DisplayName': cmdlet('Set-User', { DisplayName: 'Other' }),
  }
  const targets = {
    'a plain user': async () => {},
    'a Global Reader': async (id: UserId) =>
      directory.directoryRoles.assign(tenant.id, id, templateOf.get('Global Reader')!),
    'a user in a role group with Mail Recipients': (id: UserId) => inGroup(id, 'Mail Recipients'),
    'a user in a role group with Role Management': (id: UserId) => inGroup(id, 'Role Management'),
  }
  let count = 0
  const inGroup = async (id: UserId, role: string) =>
    void (await directory.roleGroups.create(tenant.id, { ...groupOf(id), name: `Target ${++count}`, roles: [role] }))
  const callers: Record<string, readonly string[]> = {
    none: [],
    'Global Administrator': ['Global Administrator'],
    'User Administrator': ['User Administrator'],
    'Exchange Administrator': ['Exchange Administrator'],
    'Exchange Recipient Administrator': ['Exchange Recipient Administrator'],
    'User Administrator + Exchange Administrator': ['User Administrator', 'Exchange Administrator'],
    'User Administrator + Exchange Recipient Administrator': ['User Administrator', 'Exchange Recipient Administrator'],
  }
  const decisions: [string, readonly string[]][] = []
  for (const [target, prepare] of Object.entries(targets)) {
    for (const [operation, requestFor] of Object.entries(operations)) {
      const allowed = async (rights: Rights) => {
        const record = await directory.mailboxes.create(tenant.id, newMailbox(`target${++count}`))
        await prepare(record.externalDirectoryObjectId)
        const [route, params, body] = requestFor(record.externalDirectoryObjectId)
        return stage.allows(route, rights, params, body)
      }
      const names = Object.keys(callers)
      const apps = await those(names, (name) => allowed({ roles: allApplication, directoryRoles: callers[name]! }))
      const users = await those(names, (name) => allowed({ scopes: allDelegated, directoryRoles: callers[name]! }))
      const same = apps.join() === users.join()
      const lines = same
        ? [`an app or a user with: ${apps.join(', ')}`]
        : [`an app with: ${apps.join(', ')}`, `a user with: ${users.join(', ')}`]
      decisions.push([`${operation} of ${target}`, lines])
    }
  }
  return grouped(decisions)
}

const HEADER = `Who may administer: every operation, and what its caller needs. Generated from what the code decides, by
decisions.test.ts beside it: run it with "vitest run -u" to write this file again, and explain each difference.
One name of each line is enough. A user acts through an app that holds the delegated permission.`

it('who may administer is decided as the table says', { timeout: 60_000 }, async () => {
  const stage = await openStage()
  const parts = {
    'Microsoft Graph': await ofGraph(stage),
    'Exchange cmdlets': await ofCmdlets(stage),
    'Portal API': await ofPortal(stage),
    'Sign-in pages': await ofSignInPages(stage),
    'Other administrators': await ofOtherAdministrators(await openStage()),
  }
  const text = Object.entries(parts).map(([title, body]) => `${title}\n${'='.repeat(title.length)}\n\n${body}\n`)
  await expect([HEADER, ...text].join('\n\n')).toMatchFileSnapshot('decisions.txt')
})
