import { expect, it } from 'vitest'
import { openGraph } from '../../../test/support/graph-server.ts'
import { registerApp } from '../../../test/support/directory.ts'
import { microsoftGraph } from '../../core/well-known/microsoft-graph.ts'

const GLOBAL_READER = 'f2ef992c-3afb-46b9-b7cf-a126ee74c451'

/** A second tenant with one of everything, and the caller's own beside it. */
async function openTwo() {
  const stage = await openGraph()
  const { directory } = stage
  const tenant = await directory.tenants.create('Fabrikam', 'fabrikam.test')
  const { app, principal } = await registerApp({ directory, tenant }, 'Theirs')
  const user = await directory.users.create(tenant.id, {
    userPrincipalName: 'eve@fabrikam.test',
    displayName: 'Theirs',
    mailNickname: 'eve',
    accountEnabled: true,
  })
  const resource = (await directory.servicePrincipals.find(tenant.id, { appId: microsoftGraph.appId }))!
  const appRoleId = microsoftGraph.appRoles[0]!.id
  const assignment = await directory.assignments.create(tenant.id, {
    principal: principal.id,
    resource: resource.id,
    appRoleId,
  })
  const consent = await directory.consents.create(tenant.id, {
    client: principal.id,
    resource: resource.id,
    consentType: 'AllPrincipals',
    user: undefined,
    scopes: ['User.Read'],
  })
  await directory.directoryRoles.assign(tenant.id, user.id, GLOBAL_READER)
  const federated = await directory.apps.addFederated(tenant.id, app.id, {
    name: 'theirs',
    issuer: 'https://issuer.test/',
    subject: 'theirs',
    audiences: ['api://AzureADTokenExchange'],
  })
  const own = await registerApp(stage, 'Ours')
  return {
    ...stage,
    own,
    theirs: { tenant, app, principal, user, resource, appRoleId, assignment, consent, federated },
  }
}

it('no list shows what is another tenant’s, whatever is asked for', async () => {
  const { call, theirs } = await openTwo()
  const { app, principal, user, tenant } = theirs
  const ids = [app.id, principal.id, user.id, tenant.id, theirs.resource.id, theirs.consent.id, theirs.assignment.id]
  for (const path of [
    '/applications?$expand=federatedIdentityCredentials',
    `/applications?$filter=id eq '${app.id}'`,
    `/applications?$filter=appId eq '${app.appId}'`,
    "/applications?$filter=displayName eq 'Theirs'",
    '/servicePrincipals?$expand=appRoleAssignments,oauth2PermissionGrants',
    `/servicePrincipals?$filter=id eq '${principal.id}'`,
    `/servicePrincipals?$filter=appId eq '${app.appId}' or id eq '${principal.id}'`,
    '/users',
    `/users?$filter=id eq '${user.id}'`,
    "/users?$filter=userPrincipalName eq 'eve@fabrikam.test'",
    '/oauth2PermissionGrants',
    `/oauth2PermissionGrants?$filter=clientId eq '${principal.id}'`,
    '/organization',
    '/domains',
    '/directoryRoles',
    `/directoryRoles(roleTemplateId='${GLOBAL_READER}')/members`,
    '/roleManagement/directory/roleAssignments?$expand=principal',
    '/auditLogs/directoryAudits',
  ]) {
    const { status, body } = await call('GET', path)
    expect([path, status]).toEqual([path, 200])
    for (const id of ids) expect(JSON.stringify(body.value)).not.toContain(id)
    expect(JSON.stringify(body.value)).not.toMatch(/Theirs|fabrikam/)
  }
})

it('no object of another tenant is read, changed or removed by its id', async () => {
  const { call, theirs, own } = await openTwo()
  const { app, principal, user, tenant, assignment, consent } = theirs
  for (const [method, path, body] of [
    ['GET', `/applications/${app.id}`],
    ['GET', `/applications(appId='${app.appId}')`],
    ['PATCH', `/applications/${app.id}`, { displayName: 'Mine' }],
    ['DELETE', `/applications/${app.id}`],
    ['POST', `/applications/${app.id}/addPassword`, {}],
    ['GET', `/applications/${app.id}/federatedIdentityCredentials`],
    ['GET', `/applications/${own.app.id}/federatedIdentityCredentials/${theirs.federated.id}`],
    ['GET', `/servicePrincipals/${principal.id}`],
    ['PATCH', `/servicePrincipals/${principal.id}`, { accountEnabled: false }],
    ['DELETE', `/servicePrincipals/${principal.id}`],
    ['GET', `/servicePrincipals/${principal.id}/appRoleAssignments`],
    ['DELETE', `/servicePrincipals/${own.principal.id}/appRoleAssignments/${assignment.id}`],
    ['GET', `/users/${user.id}`],
    ['GET', '/users/eve@fabrikam.test'],
    ['PATCH', `/users/${user.id}`, { displayName: 'Mine' }],
    ['DELETE', `/users/${user.id}`],
    ['GET', `/oauth2PermissionGrants/${consent.id}`],
    ['PATCH', `/oauth2PermissionGrants/${consent.id}`, { scope: 'Mail.Read' }],
    ['DELETE', `/oauth2PermissionGrants/${consent.id}`],
    ['GET', `/organization/${tenant.id}`],
    ['GET', '/domains/fabrikam.test'],
    ['PATCH', '/domains/fabrikam.test', { isDefault: true }],
    ['DELETE', '/domains/fabrikam.test'],
    ['POST', '/domains/fabrikam.test/verify'],
    ['GET', '/domains/fabrikam.test/verificationDnsRecords'],
    ['DELETE', `/directoryRoles(roleTemplateId='${GLOBAL_READER}')/members/${user.id}/$ref`],
  ] as const) {
    const answer = await call(method, path, body)
    expect([method, path, answer.status]).toEqual([method, path, 404])
  }
})

it('nothing of one tenant is granted to, or on, anything of another', async () => {
  const { call, theirs, own } = await openTwo()
  const { principal, user, resource, appRoleId } = theirs
  const ours = own.principal.id
  for (const [path, body] of [
    [`/servicePrincipals/${ours}/appRoleAssignments`, { principalId: ours, resourceId: resource.id, appRoleId }],
    [
      '/oauth2PermissionGrants',
      { clientId: ours, consentType: 'AllPrincipals', resourceId: resource.id, scope: 'User.Read' },
    ],
    [
      '/oauth2PermissionGrants',
      { clientId: principal.id, consentType: 'AllPrincipals', resourceId: resource.id, scope: 'User.Read' },
    ],
    [
      '/roleManagement/directory/roleAssignments',
      { principalId: user.id, roleDefinitionId: GLOBAL_READER, directoryScopeId: '/' },
    ],
    [
      `/directoryRoles(roleTemplateId='${GLOBAL_READER}')/members/$ref`,
      { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${principal.id}` },
    ],
  ] as const) {
    const answer = await call('POST', path, body)
    expect([path, answer.status]).toEqual([path, 404])
  }
})
