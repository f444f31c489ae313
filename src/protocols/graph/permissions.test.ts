import { expect, it } from 'vitest'
import { type OpenGraph, GLOBAL_ADMINISTRATOR, openGraph } from '../../../test/support/graph-server.ts'
import { registerApp } from '../../../test/support/directory.ts'
import { roleTemplates } from '../../core/well-known/directory-roles.ts'
import { exchangeOnline } from '../../core/well-known/exchange-online.ts'
import { microsoftGraph } from '../../core/well-known/microsoft-graph.ts'
import { graphRoutes } from './service.ts'

/** Some calls in Graph's reference: application permissions, delegated permissions, and roles of the user. */
interface Rule {
  readonly calls: readonly string[]
  readonly apps: readonly string[]
  readonly scopes: readonly string[]
  readonly people: readonly string[] | 'anybody'
}

const global = 'Global Administrator'
const ofApps = [global, 'Application Administrator', 'Cloud Application Administrator']
const ofConsent = [...ofApps, 'Privileged Role Administrator']
const ofRoles = [global, 'Privileged Role Administrator']

const readDirectory = ['Directory.Read.All', 'Directory.ReadWrite.All']
const readApps = ['Application.Read.All', 'Application.ReadWrite.All', ...readDirectory]
const readUsers = ['User.ReadBasic.All', 'User.Read.All', 'User.ReadWrite.All', ...readDirectory]
const readRoles = ['RoleManagement.Read.Directory', 'RoleManagement.ReadWrite.Directory', ...readDirectory]
const readOrganization = ['Organization.Read.All', 'Organization.ReadWrite.All', ...readDirectory]
const readDomains = ['Domain.Read.All', 'Domain.ReadWrite.All', ...readDirectory]

const either = (names: readonly string[], people: Rule['people'], calls: readonly string[]): Rule => ({
  calls,
  apps: names,
  scopes: names,
  people,
})

const management = '/roleManagement/directory'
const rules: readonly Rule[] = [
  {
    calls: [
      'GET /applications',
      'GET /applications/$count',
      'GET /applications/:id',
      'GET /applications/:id/owners',
      'GET /applications/:id/federatedIdentityCredentials',
      'GET /applications/:id/federatedIdentityCredentials/:credential',
      'GET /servicePrincipals',
      'GET /servicePrincipals/$count',
      'GET /servicePrincipals/:id',
      'GET /servicePrincipals/:id/memberOf',
    ],
    apps: [...readApps, 'Application.ReadWrite.OwnedBy'],
    scopes: readApps,
    people: 'anybody',
  },
  {
    calls: ['POST /applications'],
    apps: ['Application.ReadWrite.All', 'Application.ReadWrite.OwnedBy'],
    scopes: ['Application.ReadWrite.All'],
    people: [...ofApps, 'Application Developer'],
  },
  {
    calls: ['POST /servicePrincipals'],
    apps: ['Application.ReadWrite.All', 'Application.ReadWrite.OwnedBy'],
    scopes: ['Application.ReadWrite.All'],
    people: ofApps,
  },
  either(['Application.ReadWrite.All'], ofApps, [
    'PATCH /applications/:id',
    'DELETE /applications/:id',
    'POST /applications/:id/addPassword',
    'POST /applications/:id/removePassword',
    'POST /applications/:id/addKey',
    'POST /applications/:id/removeKey',
    'POST /applications/:id/owners/$ref',
    'DELETE /applications/:id/owners/:owner/$ref',
    'POST /applications/:id/federatedIdentityCredentials',
    'PATCH /applications/:id/federatedIdentityCredentials/:credential',
    'DELETE /applications/:id/federatedIdentityCredentials/:credential',
    'PATCH /servicePrincipals/:id',
    'DELETE /servicePrincipals/:id',
  ]),
  ...[
    'servicePrincipals/:id/appRoleAssignments',
    'servicePrincipals/:id/appRoleAssignedTo',
    'users/:id/appRoleAssignments',
  ].flatMap((end) => [
    either([...readApps, 'AppRoleAssignment.ReadWrite.All'], 'anybody', [`GET /${end}`, `GET /${end}/:assignment`]),
    either(['AppRoleAssignment.ReadWrite.All'], ofConsent, [`POST /${end}`, `DELETE /${end}/:assignment`]),
  ]),
  either([...readDirectory, 'DelegatedPermissionGrant.ReadWrite.All'], 'anybody', [
    'GET /oauth2PermissionGrants',
    'GET /oauth2PermissionGrants/:id',
    'GET /servicePrincipals/:id/oauth2PermissionGrants',
    'GET /users/:id/oauth2PermissionGrants',
  ]),
  either(['DelegatedPermissionGrant.ReadWrite.All'], ofConsent, [
    'POST /oauth2PermissionGrants',
    'PATCH /oauth2PermissionGrants/:id',
    'DELETE /oauth2PermissionGrants/:id',
  ]),
  either(readUsers, 'anybody', ['GET /users', 'GET /users/$count', 'GET /users/:id', 'GET /users/:id/memberOf']),
  either(
    ['User.ReadWrite.All', 'Directory.ReadWrite.All'],
    [global, 'User Administrator'],
    ['POST /users', 'PATCH /users/:id', 'DELETE /users/:id'],
  ),
  {
    calls: ['GET /me', 'GET /me/memberOf'],
    apps: [],
    scopes: ['User.Read', 'User.ReadWrite', ...readUsers],
    people: 'anybody',
  },
  either(
    ['User.RevokeSessions.All', 'User.ReadWrite.All', 'Directory.ReadWrite.All'],
    [global, 'User Administrator'],
    ['POST /users/:id/revokeSignInSessions'],
  ),
  {
    calls: ['POST /me/revokeSignInSessions'],
    apps: [],
    scopes: ['User.RevokeSessions.All', 'User.ReadWrite', 'User.ReadWrite.All', 'Directory.ReadWrite.All'],
    people: 'anybody',
  },
  {
    calls: ['GET /organization', 'GET /organization/:id'],
    apps: readOrganization,
    scopes: ['User.Read', ...readOrganization],
    people: 'anybody',
  },
  either(readDomains, 'anybody', ['GET /domains', 'GET /domains/:id', 'GET /domains/:id/verificationDnsRecords']),
  either(
    ['Domain.ReadWrite.All'],
    [global],
    ['POST /domains', 'PATCH /domains/:id', 'DELETE /domains/:id', 'POST /domains/:id/verify'],
  ),
  either(readRoles, 'anybody', [
    'GET /directoryRoles',
    'GET /directoryRoles/:id',
    'GET /directoryRoles/:id/members',
    'GET /directoryRoleTemplates',
    'GET /directoryRoleTemplates/:id',
    `GET ${management}/roleDefinitions`,
    `GET ${management}/roleDefinitions/:id`,
    `GET ${management}/roleAssignments`,
    `GET ${management}/roleAssignments/:id`,
  ]),
  either(['RoleManagement.ReadWrite.Directory'], ofRoles, [
    'POST /directoryRoles/:id/members/$ref',
    'DELETE /directoryRoles/:id/members/:member/$ref',
    `POST ${management}/roleAssignments`,
    `DELETE ${management}/roleAssignments/:id`,
  ]),
  either(
    ['AuditLog.Read.All'],
    [global, 'Global Reader', 'Security Administrator', 'Security Reader', 'Reports Reader'],
    [
      'GET /auditLogs/signIns',
      'GET /auditLogs/signIns/:id',
      'GET /auditLogs/directoryAudits',
      'GET /auditLogs/directoryAudits/:id',
    ],
  ),
]

/** Whether a call gets past the check of permissions; what it names is not there. */
async function opens({ call }: OpenGraph, signature: string, who: Parameters<OpenGraph['call']>[3]): Promise<boolean> {
  const [verb, path] = signature.split(' ') as ['GET' | 'POST' | 'PATCH' | 'DELETE', string]
  const { body } = await call(verb, path.replaceAll(/:\w+/g, '5f2d8a0e-57c5-4a52-8a8d-0a8f3c7f9b11'), undefined, who)
  const message: string = body?.error?.message ?? ''
  return !message.startsWith('Insufficient privileges') && !message.startsWith('/me request')
}

async function those(names: readonly string[], opened: (name: string) => Promise<boolean>): Promise<readonly string[]> {
  const found: string[] = []
  for (const name of names) if (await opened(name)) found.push(name)
  return found.sort((one, other) => one.localeCompare(other))
}

const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort((one, other) => one.localeCompare(other))

const appRoles = sorted(
  [...microsoftGraph.appRoles, ...exchangeOnline.appRoles]
    .map(({ value }) => value)
    .concat(rules.flatMap((it) => it.apps)),
)
const scopes = sorted(
  microsoftGraph.oauth2PermissionScopes.map(({ value }) => value).concat(rules.flatMap((it) => it.scopes)),
)
const asGlobalAdministrator = [GLOBAL_ADMINISTRATOR]

it('every call has its rule', () => {
  const signatures = graphRoutes.map(({ verb, path }) => `${verb} ${path}`)
  expect(sorted(rules.flatMap(({ calls }) => calls))).toEqual(sorted(signatures))
})

it('every call opens to exactly the application permissions that Graph names for it', async () => {
  const stage = await openGraph()
  for (const { calls, apps } of rules) {
    for (const call of calls) {
      const opened = await those(appRoles, (name) => opens(stage, call, { roles: [name] }))
      expect([call, opened]).toEqual([call, sorted(apps)])
    }
  }
})

it('a Global Administrator can call with exactly the delegated permissions that Graph lists', async () => {
  const stage = await openGraph()
  for (const rule of rules) {
    for (const call of rule.calls) {
      const opened = await those(scopes, (name) =>
        opens(stage, call, { person: { scopes: [name], wids: asGlobalAdministrator } }),
      )
      expect([call, opened]).toEqual([call, sorted(rule.scopes)])
    }
  }
})

it('with every delegated permission, exactly the users that Graph lists can call', async () => {
  const stage = await openGraph()
  const idOf = new Map(roleTemplates.map(({ displayName, id }) => [displayName, id]))
  for (const { calls, people } of rules) {
    for (const call of calls) {
      const opened = await those([...idOf.keys()], (name) =>
        opens(stage, call, { person: { scopes, wids: [idOf.get(name)!] } }),
      )
      const member = await opens(stage, call, { person: { scopes } })
      expect([call, member, opened]).toEqual([
        call,
        people === 'anybody',
        sorted(people === 'anybody' ? idOf.keys() : people),
      ])
    }
  }
})

it('a call for a person needs the permission in the token, whatever the person is', async () => {
  const stage = await openGraph()
  const person = { scopes: ['User.Read'], wids: asGlobalAdministrator }
  expect(await opens(stage, 'GET /me', { person })).toBe(true)
  expect(await opens(stage, 'POST /users', { person })).toBe(false)
})

it('application permissions on Graph itself are granted for no Application Administrator', async () => {
  const stage = await openGraph()
  const { principal } = await registerApp(stage, 'Reader')
  const grantOn = async ({ appId, appRoles: [role] }: typeof microsoftGraph, wid: string) => {
    const resource = await stage.directory.servicePrincipals.find(stage.tenant.id, { appId })
    const body = { principalId: principal.id, resourceId: resource!.id, appRoleId: role!.id }
    const person = { scopes: ['AppRoleAssignment.ReadWrite.All'], wids: [wid] }
    return (await stage.call('POST', `/servicePrincipals/${principal.id}/appRoleAssignments`, body, { person })).status
  }
  const applicationAdministrator = '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3'
  const privilegedRoleAdministrator = 'e8611ab8-c189-46e8-94e1-60213ab1f814'
  expect(await grantOn(microsoftGraph, applicationAdministrator)).toBe(403)
  expect(await grantOn(exchangeOnline, applicationAdministrator)).toBe(201)
  expect(await grantOn(microsoftGraph, privilegedRoleAdministrator)).toBe(201)
})
