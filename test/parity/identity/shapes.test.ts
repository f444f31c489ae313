import { describe, expect, it } from 'vitest'
import { type OpenServer, openServer } from '../../support/server.ts'
import { registerAppWith } from '../../support/directory.ts'

const GRAPH = 'https://graph.microsoft.com'

const graph = async (context: OpenServer, path: string): Promise<Record<string, unknown>> => {
  const bearer = await context.token(context.admin, GRAPH)
  return (await context.ask('GET', `/v1.0${path}`, { bearer })).json()
}

async function aReader() {
  const context = await openServer()
  return { context, app: await registerAppWith(context, { roles: ['IMAP.AccessAsApp'] }) }
}

describe('objects of Graph have the documented members', () => {
  it.each([
    [
      'application',
      "/applications(appId='{app}')",
      'id appId displayName createdDateTime publisherDomain signInAudience identifierUris api appRoles passwordCredentials ' +
        'keyCredentials requiredResourceAccess web spa publicClient isFallbackPublicClient',
    ],
    [
      'servicePrincipal',
      "/servicePrincipals(appId='{app}')",
      'id appId appDisplayName displayName accountEnabled appOwnerOrganizationId appRoleAssignmentRequired appRoles ' +
        'oauth2PermissionScopes servicePrincipalNames servicePrincipalType replyUrls tags',
    ],
  ])('%s', async (_, path, members) => {
    const { context, app } = await aReader()
    expect(Object.keys(await graph(context, path.replace('{app}', app.appId)))).toEqual(
      expect.arrayContaining(members.split(' ')),
    )
  })

  it('appRole', async () => {
    const { context } = await aReader()
    const { appRoles } = await graph(context, "/servicePrincipals(appId='00000002-0000-0ff1-ce00-000000000000')")
    expect((appRoles as Record<string, unknown>[]).find(({ value }) => value === 'IMAP.AccessAsApp')).toEqual({
      id: '5e5addcd-3e8d-4e90-baf5-964efab2b20a',
      value: 'IMAP.AccessAsApp',
      displayName: 'IMAP.AccessAsApp',
      description: expect.any(String),
      allowedMemberTypes: ['Application'],
      isEnabled: true,
      origin: 'Application',
    })
  })

  it('appRoleAssignment', async () => {
    const { context, app } = await aReader()
    const { value } = await graph(context, `/servicePrincipals/${app.objectId}/appRoleAssignments`)
    expect(value).toMatchObject([
      {
        id: expect.stringMatching(/^[\w-]{20,50}$/),
        createdDateTime: expect.stringMatching(/Z$/),
        appRoleId: '5e5addcd-3e8d-4e90-baf5-964efab2b20a',
        principalId: app.objectId,
        principalType: 'ServicePrincipal',
        principalDisplayName: 'Reader',
        resourceId: expect.any(String),
        resourceDisplayName: 'Office 365 Exchange Online',
      },
    ])
  })

  it('signIn', async () => {
    const { context, app } = await aReader()
    await context.token(app, GRAPH)
    await context.settled()
    const { value } = await graph(context, `/auditLogs/signIns?$filter=appId eq '${app.appId}'`.replaceAll(' ', '%20'))
    const members =
      'id createdDateTime appId appDisplayName userPrincipalName userId userDisplayName ipAddress clientAppUsed ' +
      'correlationId conditionalAccessStatus isInteractive resourceId resourceDisplayName status'
    const [signIn] = value as Record<string, unknown>[]
    expect(Object.keys(signIn!)).toEqual(expect.arrayContaining(members.split(' ')))
    expect(signIn!.status).toEqual({ errorCode: 0, failureReason: null, additionalDetails: null })
  })
})

const rolesIn = (token: string): unknown =>
  (JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>).roles

it('an app role assignment that is deleted counts for new tokens, and not for the one before', async () => {
  const { context, app } = await aReader()
  const before = await context.token(app)
  const { value } = await graph(context, `/servicePrincipals/${app.objectId}/appRoleAssignments`)
  const [{ id, resourceId }] = value as [{ id: string; resourceId: string }]
  const bearer = await context.token(context.admin, GRAPH)
  const gone = await context.ask('DELETE', `/v1.0/servicePrincipals/${resourceId}/appRoleAssignedTo/${id}`, { bearer })
  expect(gone.statusCode).toBe(204)
  expect(rolesIn(before)).toEqual(['IMAP.AccessAsApp'])
  expect(rolesIn(await context.token(app))).toBeUndefined()
})
