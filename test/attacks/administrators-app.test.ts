import { beforeAll, describe, expect, it } from 'vitest'
import { directoryRole } from '../../src/core/well-known/directory-roles.ts'
import { exchangeOnline } from '../../src/core/well-known/exchange-online.ts'
import { microsoftGraph } from '../../src/core/well-known/microsoft-graph.ts'
import { type TestCertificate, makeCertificate } from '../support/certificates.ts'
import { openOnce } from '../support/lifecycle.ts'
import { TestWorld } from '../support/world.ts'
import { GRAPH, PASSWORD, AttackSetup } from './attack-setup.ts'

const WRITES = [
  'Application.ReadWrite.All',
  'AppRoleAssignment.ReadWrite.All',
  'DelegatedPermissionGrant.ReadWrite.All',
  'Directory.ReadWrite.All',
  'RoleManagement.ReadWrite.Directory',
  'User.ReadWrite.All',
]
const DENIED = {
  code: 'Authorization_RequestDenied',
  message: 'Insufficient privileges to complete the operation.',
}

let certificate: TestCertificate
beforeAll(async () => {
  certificate = await makeCertificate({ now: new TestWorld().now() })
})

/**
 * The administrator's app with a credential, an owner and a federated credential that a Global Administrator gave it.
 */
async function target({ context, mailer }: AttackSetup) {
  const { directory, tenant, admin } = context
  const app = (await directory.apps.find(tenant.id, { appId: admin.clientId }))!
  const principal = (await directory.servicePrincipals.find(tenant.id, { appId: admin.clientId }))!
  const graph = (await directory.servicePrincipals.findResource(tenant.id, GRAPH))!
  const mailers = (await directory.servicePrincipals.find(tenant.id, { appId: mailer.id }))!
  if ((await directory.apps.owners(tenant.id, app.id)).length === 0) {
    await directory.apps.addOwner(tenant.id, app.id, mailers.id)
    await directory.apps.addFederated(tenant.id, app.id, {
      name: 'build',
      issuer: 'https://build.test',
      subject: 'main',
      audiences: ['api://AzureADTokenExchange'],
    })
    await directory.consents.create(tenant.id, {
      client: principal.id,
      consentType: 'AllPrincipals',
      user: undefined,
      resource: graph.id,
      scopes: ['User.Read'],
    })
  }
  const [federated] = await directory.apps.federatedCredentials(tenant.id, app.id)
  const [assignment] = await directory.assignments.between(tenant.id, principal.id, graph.id)
  const [consent] = await directory.consents.page(tenant.id, { limit: 1, where: { client: principal.id } })
  return { app, principal, graph, mailers, federated: federated!, assignment: assignment!, consent: consent! }
}
type Target = Awaited<ReturnType<typeof target>>

/** All that the directory holds about the administrator's app. */
async function state({ context }: AttackSetup, { app, principal }: Target) {
  const { directory, tenant } = context
  return {
    app: await directory.apps.find(tenant.id, { id: app.id }),
    owners: await directory.apps.owners(tenant.id, app.id),
    federated: await directory.apps.federatedCredentials(tenant.id, app.id),
    principal: await directory.servicePrincipals.find(tenant.id, { id: principal.id }),
    assignments: await directory.assignments.of(tenant.id, principal.id),
    roles: await directory.directoryRoles.of(tenant.id, principal.id),
    consents: await directory.consents.page(tenant.id, { limit: 100, where: { client: principal.id } }),
    exchange: await directory.exchange.find(tenant.id, app.appId),
  }
}

const memberUrl = (id: string) => ({ '@odata.id': `${GRAPH}/v1.0/directoryObjects/${id}` })
const keyCredential = () => ({
  type: 'AsymmetricX509Cert',
  usage: 'Verify',
  key: certificate.der.toString('base64'),
})
const otherRole = directoryRole.globalReader

type Operation = readonly ['POST' | 'PATCH' | 'DELETE', string, object?]

/** Every request that changes the app, its service principal or what they were granted. */
const operations: Readonly<Record<string, (on: Target) => Operation>> = {
  addPassword: ({ app }) => ['POST', `/applications/${app.id}/addPassword`, {}],
  'addPassword by appId': ({ app }) => ['POST', `/applications(appId='${app.appId.toUpperCase()}')/addPassword`, {}],
  removePassword: ({ app }) => ['POST', `/applications/${app.id}/removePassword`, { keyId: app.secrets[0]!.keyId }],
  addKey: ({ app }) => [
    'POST',
    `/applications/${app.id}/addKey`,
    { keyCredential: keyCredential(), passwordCredential: null, proof: 'a.b.c' },
  ],
  removeKey: ({ app }) => ['POST', `/applications/${app.id}/removeKey`, { keyId: app.id, proof: 'a.b.c' }],
  keyCredentials: ({ app }) => ['PATCH', `/applications/${app.id}`, { keyCredentials: [keyCredential()] }],
  redirectUris: ({ app }) => [
    'PATCH',
    `/applications/${app.id}`,
    { web: { redirectUris: ['https://evil.test/'] }, isFallbackPublicClient: true },
  ],
  identifierUris: ({ app }) => ['PATCH', `/applications/${app.id}`, { identifierUris: [`api://${app.appId}/x`] }],
  signInAudience: ({ app }) => ['PATCH', `/applications/${app.id}`, { signInAudience: 'AzureADMultipleOrgs' }],
  trustedSubjectNameAndIssuers: ({ app }) => [
    'PATCH',
    `/applications/${app.id}`,
    { trustedSubjectNameAndIssuers: [{ subjectName: 'evil.test', authorityId: app.id }] },
  ],
  'appRoles and a new name': ({ app }) => ['PATCH', `/applications/${app.id}`, { displayName: 'Old', appRoles: [] }],
  'add owner': ({ app, graph }) => ['POST', `/applications/${app.id}/owners/$ref`, memberUrl(graph.id)],
  'remove owner': ({ app, mailers }) => ['DELETE', `/applications/${app.id}/owners/${mailers.id}/$ref`],
  'add federated credential': ({ app }) => [
    'POST',
    `/applications/${app.id}/federatedIdentityCredentials`,
    { name: 'evil', issuer: 'https://evil.test', subject: 'me', audiences: ['api://AzureADTokenExchange'] },
  ],
  'change federated credential': ({ app, federated }) => [
    'PATCH',
    `/applications/${app.id}/federatedIdentityCredentials/${federated.id}`,
    { issuer: 'https://evil.test' },
  ],
  'remove federated credential': ({ app, federated }) => [
    'DELETE',
    `/applications/${app.id}/federatedIdentityCredentials/${federated.id}`,
  ],
  'disable the service principal': ({ principal }) => [
    'PATCH',
    `/servicePrincipals/${principal.id}`,
    { accountEnabled: false },
  ],
  'remove the service principal': ({ principal }) => ['DELETE', `/servicePrincipals/${principal.id}`],
  'grant an app role': ({ principal, graph }) => [
    'POST',
    `/servicePrincipals/${principal.id}/appRoleAssignments`,
    { principalId: principal.id, resourceId: graph.id, appRoleId: graphRole('User.Read.All') },
  ],
  'grant an app role at the resource': ({ principal, graph }) => [
    'POST',
    `/servicePrincipals/${graph.id}/appRoleAssignedTo`,
    { principalId: principal.id, resourceId: graph.id, appRoleId: graphRole('User.Read.All') },
  ],
  'revoke an app role': ({ principal, assignment }) => [
    'DELETE',
    `/servicePrincipals/${principal.id}/appRoleAssignments/${assignment.id}`,
  ],
  'revoke an app role at the resource': ({ graph, assignment }) => [
    'DELETE',
    `/servicePrincipals/${graph.id}/appRoleAssignedTo/${assignment.id}`,
  ],
  'assign a directory role': ({ principal }) => [
    'POST',
    '/roleManagement/directory/roleAssignments',
    { principalId: principal.id, roleDefinitionId: otherRole, directoryScopeId: '/' },
  ],
  'add a member to a directory role': ({ principal }) => [
    'POST',
    `/directoryRoles(roleTemplateId='${otherRole}')/members/$ref`,
    memberUrl(principal.id),
  ],
  'remove its directory role': ({ principal }) => [
    'DELETE',
    `/directoryRoles(roleTemplateId='${directoryRole.globalAdministrator}')/members/${principal.id}/$ref`,
  ],
  'grant a scope': ({ principal, mailers }) => [
    'POST',
    '/oauth2PermissionGrants',
    { clientId: principal.id, consentType: 'AllPrincipals', resourceId: mailers.id, scope: 'Mail.Read' },
  ],
  'change a scope': ({ consent }) => ['PATCH', `/oauth2PermissionGrants/${consent.id}`, { scope: 'Mail.Read' }],
  'revoke a scope': ({ consent }) => ['DELETE', `/oauth2PermissionGrants/${consent.id}`],
  'remove the app': ({ app }) => ['DELETE', `/applications/${app.id}`],
}

const graphRole = (value: string): string => microsoftGraph.appRoles.find((role) => role.value === value)!.id

/** An app with these application permissions and directory roles, and its token for Graph. */
async function appToken(
  scene: AttackSetup,
  roles: readonly string[],
  { owns = false, directoryRoles = [] as string[] } = {},
) {
  const { context } = scene
  const { directory, tenant } = context
  const client = await scene.register({ displayName: 'Intruder' })
  const principal = (await directory.servicePrincipals.find(tenant.id, { appId: client.id }))!
  const { app, graph } = await target(scene)
  for (const value of roles) {
    const appRoleId = graphRole(value)
    await directory.assignments.create(tenant.id, { principal: principal.id, resource: graph.id, appRoleId })
  }
  for (const role of directoryRoles) await directory.directoryRoles.assign(tenant.id, principal.id, role)
  if (owns) await directory.apps.addOwner(tenant.id, app.id, principal.id)
  return context.token({ clientId: client.id, clientSecret: client.secret }, GRAPH)
}

/** A person with these directory roles, who uses an app that may do everything for people, and the token for Graph. */
async function personToken(scene: AttackSetup, directoryRoles: readonly string[], { owns = false } = {}) {
  const { directory, tenant } = scene.context
  const name = `person-${directoryRoles.length}-${scene.context.world.guid().slice(0, 8)}@contoso.test`
  const user = await scene.person(name)
  for (const role of directoryRoles) await directory.directoryRoles.assign(tenant.id, user.id, role)
  if (owns) await directory.apps.addOwner(tenant.id, (await target(scene)).app.id, user.id)
  await scene.consent(scene.mailer, GRAPH, ...WRITES)
  const answer = await scene.post({
    grant_type: 'password',
    client_id: scene.mailer.id,
    client_secret: scene.mailer.secret,
    username: name,
    password: PASSWORD,
    scope: `${GRAPH}/.default`,
  })
  return answer.json<{ access_token: string }>().access_token
}

const intruders: Readonly<Record<string, (scene: AttackSetup) => Promise<string>>> = {
  'an app with Application.ReadWrite.All': (scene) => appToken(scene, ['Application.ReadWrite.All']),
  'an app with every permission on Graph that writes': (scene) => appToken(scene, WRITES),
  'an owner with Application.ReadWrite.OwnedBy': (scene) =>
    appToken(scene, ['Application.ReadWrite.OwnedBy'], { owns: true }),
  'an app with AppRoleAssignment.ReadWrite.All': (scene) => appToken(scene, ['AppRoleAssignment.ReadWrite.All']),
  'an app with RoleManagement.ReadWrite.Directory': (scene) => appToken(scene, ['RoleManagement.ReadWrite.Directory']),
  'an app that is an Application Administrator': (scene) =>
    appToken(scene, WRITES, { directoryRoles: [directoryRole.applicationAdministrator] }),
  'a person who is an Application Administrator': (scene) =>
    personToken(scene, [directoryRole.applicationAdministrator]),
  'a person who is a Cloud Application Administrator': (scene) =>
    personToken(scene, [directoryRole.cloudApplicationAdministrator]),
  'a person who is a Privileged Role Administrator': (scene) =>
    personToken(scene, [directoryRole.privilegedRoleAdministrator]),
  'a person who owns the app': (scene) => personToken(scene, [], { owns: true }),
}

const send = async ({ context }: AttackSetup, bearer: string, [verb, path, payload]: Operation) =>
  context.ask(verb, `/v1.0${path}`, { bearer, ...(payload === undefined ? {} : { payload }) })

describe('the administrator’s app is not changed by', () => {
  const scene = openOnce((atEnd) => AttackSetup.open({}, undefined, atEnd))

  it.each(Object.keys(intruders))('%s', async (who) => {
    const bearer = await intruders[who]!(scene())
    const on = await target(scene())
    const before = await state(scene(), on)
    const answers: Record<string, unknown> = {}
    for (const [name, operation] of Object.entries(operations)) {
      const answer = await send(scene(), bearer, operation(on))
      answers[name] = { statusCode: answer.statusCode, ...answer.json<{ error: typeof DENIED }>().error }
    }
    for (const [name, answer] of Object.entries(answers)) {
      expect(answer, name).toMatchObject({ statusCode: 403, ...DENIED })
    }
    expect(await state(scene(), on)).toEqual(before)
  })

  it('passwordCredentials in a PATCH, from any caller', async () => {
    const on = await target(scene())
    const payload = { passwordCredentials: [{ displayName: 'Mine', secretText: 'x' }] }
    const { admin } = scene().context
    for (const bearer of [await appToken(scene(), WRITES), await scene().context.token(admin, GRAPH)]) {
      const { statusCode } = await send(scene(), bearer, ['PATCH', `/applications/${on.app.id}`, payload])
      expect(statusCode).toBe(400)
    }
    expect((await state(scene(), on)).app).toEqual(on.app)
  })

  it('an Exchange Administrator', async () => {
    const { context } = scene()
    const { directory, tenant, admin } = context
    const client = await scene().register({ displayName: 'Exchange' })
    const principal = (await directory.servicePrincipals.find(tenant.id, { appId: client.id }))!
    const exchange = (await directory.servicePrincipals.findResource(tenant.id, exchangeOnline.appId))!
    const appRoleId = exchangeOnline.appRoles.find(({ value }) => value === 'Exchange.ManageAsApp')!.id
    await directory.assignments.create(tenant.id, { principal: principal.id, resource: exchange.id, appRoleId })
    await directory.directoryRoles.assign(tenant.id, principal.id, directoryRole.exchangeAdministrator)
    const bearer = await context.token({ clientId: client.id, clientSecret: client.secret })
    const on = await target(scene())
    const given = { AppId: admin.clientId, ObjectId: on.principal.id }
    expect((await context.invoke('New-ServicePrincipal', given, { bearer })).statusCode).toBe(403)
    expect(await directory.exchange.find(tenant.id, admin.clientId)).toBeUndefined()
    const [audit] = await directory.audits.page(tenant.id, { limit: 1 })
    expect(audit).toMatchObject({
      activity: 'New-ServicePrincipal',
      command: { refused: expect.stringContaining('Global Administrator') },
    })
  })

  it('an administrator of another tenant', async () => {
    const { context } = scene()
    const made = await context.ask('POST', '/postern/v1/tenants', { payload: { domain: 'fabrikam.test' } })
    const other = made.json<{ clientId: string; clientSecret: string; id: string }>()
    const form = { grant_type: 'client_credentials', client_id: other.clientId, client_secret: other.clientSecret }
    const token = (await scene().post({ ...form, scope: `${GRAPH}/.default` }, other.id)).json<{
      access_token: string
    }>()
    const { app } = await target(scene())
    const answer = await send(scene(), token.access_token, ['POST', `/applications/${app.id}/addPassword`, {}])
    expect(answer.statusCode).toBe(404)
    // Its own is as safe as that of the first tenant.
    const known = await context.directory.tenants.administratorsApp(other.id as typeof context.tenant.id)
    expect(known).toBe(other.clientId)
  })
})

const changesIt = async (scene: AttackSetup, bearer: string) => {
  const on = await target(scene)
  for (const name of ['addPassword', 'add owner', 'keyCredentials', 'redirectUris', 'add federated credential']) {
    expect((await send(scene, bearer, operations[name]!(on))).statusCode, name).toBeLessThan(300)
  }
}

describe('the administrator’s app is changed by', () => {
  it('itself, also without the role', async () => {
    const scene = await AttackSetup.open()
    const { context } = scene
    const { directory, tenant, admin } = context
    const { principal } = await target(scene)
    const bearer = await context.token(admin, GRAPH)
    await changesIt(scene, bearer)
    await directory.directoryRoles.unassign(tenant.id, principal.id, directoryRole.globalAdministrator)
    const answer = await send(scene, bearer, operations.addPassword!(await target(scene)))
    expect(answer.statusCode).toBe(200)
  })

  it('a person who is a Global Administrator', async () => {
    const scene = await AttackSetup.open()
    await changesIt(scene, await personToken(scene, [directoryRole.globalAdministrator]))
  })

  it('an app that is a Global Administrator', async () => {
    const scene = await AttackSetup.open()
    await changesIt(scene, await appToken(scene, WRITES, { directoryRoles: [directoryRole.globalAdministrator] }))
  })
})

describe('the audit', () => {
  it('has a refused change of the administrator’s app with the reason, once a minute', async () => {
    const scene = await AttackSetup.open()
    const { context } = scene
    const bearer = await appToken(scene, ['Application.ReadWrite.All'])
    const on = await target(scene)
    const changed = await context.directory.journal.mark(context.tenant.id)
    for (let time = 0; time < 3; time++) await send(scene, bearer, operations.addPassword!(on))
    await send(scene, bearer, operations['add owner']!(on))
    context.world.advance(61_000)
    await send(scene, bearer, operations.addPassword!(on))
    expect(await context.directory.journal.mark(context.tenant.id)).toBe(changed)

    const admin = await context.token(context.admin, GRAPH)
    const answer = await context.ask('GET', '/v1.0/auditLogs/directoryAudits', { bearer: admin })
    const failures = answer
      .json<{ value: Record<string, unknown>[] }>()
      .value.filter(({ result }) => result === 'failure')
    const reason = expect.stringContaining('only by a Global Administrator')
    expect(failures).toMatchObject([
      { activityDisplayName: 'Update application – Certificates and secrets management', resultReason: reason },
      { activityDisplayName: 'Add owner to application', resultReason: reason },
      { activityDisplayName: 'Update application – Certificates and secrets management', resultReason: reason },
    ])
    expect(failures[0]).toMatchObject({
      initiatedBy: { app: { displayName: 'Intruder' } },
      targetResources: [{ id: on.app.id, displayName: 'Postern administration', modifiedProperties: [] }],
    })
  })
})
