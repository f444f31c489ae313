import { InteractionRequiredAuthError } from '@azure/msal-node'
import { describe, expect, it } from 'vitest'
import { openMsalService, type MsalService } from '../../../test/support/msal-service.ts'
import { CHALLENGE, claimsOf, PASSWORD, VERIFIER } from '../../../test/support/token-service.ts'
import type { AppId } from '../../core/ids.ts'
import { realWorld } from '../../core/world.ts'
import type { SignedIn } from '../../domain/authorization/types.ts'
import type { ServicePrincipal, User } from '../../domain/directory/types.ts'

const redirectUri = 'http://localhost'
const redirects = { publicClient: { redirectUris: [redirectUri] }, isFallbackPublicClient: true }
const scopes = ['User.Read']
const GRAPH = '00000003-0000-0000-c000-000000000000'

/** Ada, who consented to what an app may read of her. */
async function stage() {
  const service = await openMsalService({ ropc: true })
  const { directory, tenant } = service
  const user = await directory.users.create(tenant.id, {
    userPrincipalName: 'ada@contoso.test',
    displayName: 'Ada',
    mailNickname: 'ada',
    accountEnabled: true,
    password: PASSWORD,
  })
  return { ...service, user }
}

async function consent({ directory, tenant }: MsalService, client: ServicePrincipal, named: string, values: string[]) {
  const resource = await directory.servicePrincipals.findResource(tenant.id, named)
  await directory.consents.grant(tenant.id, {
    client: client.id,
    consentType: 'AllPrincipals',
    user: undefined,
    resource: resource!.id,
    scopes: values,
  })
}

const signedInAs = (user: User): SignedIn => ({
  tenant: user.tenant,
  user: user.id,
  session: realWorld.guid(),
  at: Date.now(),
  amr: ['pwd'],
  from: '127.0.0.1',
})

const codeFor = (service: MsalService, user: User, appId: AppId, scope: string) =>
  service.authorizations.codes.issue({
    signedIn: signedInAs(user),
    appId,
    scope,
    resource: undefined,
    nonce: undefined,
    redirectUri,
    challenge: CHALLENGE,
    singlePage: false,
  })

describe('MSAL Node, unchanged, for people', () => {
  it('redeems a code with PKCE, finds its token in the cache, and uses its refresh token', async () => {
    const service = await stage()
    const { app, principal } = await service.register({ properties: redirects })
    await consent(service, principal, GRAPH, ['User.Read', 'Mail.Read'])
    const client = service.publicClient(app, service.tenant.id)
    const code = await codeFor(service, service.user, app.appId, 'openid profile offline_access User.Read')
    const first = await client.acquireTokenByCode({ code, scopes, redirectUri, codeVerifier: VERIFIER })
    expect(first.account).toMatchObject({
      homeAccountId: `${service.user.id}.${service.tenant.id}`,
      username: 'ada@contoso.test',
      tenantId: service.tenant.id,
    })
    const cached = await client.acquireTokenSilent({ account: first.account!, scopes })
    expect([cached.fromCache, cached.accessToken]).toEqual([true, first.accessToken])
    const again = await client.acquireTokenSilent({ account: first.account!, scopes, forceRefresh: true })
    expect(again.fromCache).toBe(false)
    const other = await client.acquireTokenSilent({ account: first.account!, scopes: ['Mail.Read'] })
    expect(claimsOf(other.accessToken).scp).toContain('Mail.Read')
  })

  it('knows that a person has to be asked when nobody consented', async () => {
    const service = await stage()
    const { app, principal } = await service.register({ properties: redirects })
    await consent(service, principal, GRAPH, ['User.Read'])
    const client = service.publicClient(app, service.tenant.id)
    const code = await codeFor(service, service.user, app.appId, 'openid profile offline_access User.Read')
    const { account } = await client.acquireTokenByCode({ code, scopes, redirectUri, codeVerifier: VERIFIER })
    const asked = client.acquireTokenSilent({ account: account!, scopes: ['Mail.Send'] })
    await expect(asked).rejects.toBeInstanceOf(InteractionRequiredAuthError)
    await expect(asked).rejects.toMatchObject({ subError: 'consent_required' })
  })

  it('gets a token for a device once somebody signed in for it', async () => {
    const service = await stage()
    const { app, principal } = await service.register({ properties: redirects })
    await consent(service, principal, GRAPH, ['User.Read'])
    const { devices } = service.authorizations
    // MSAL would ask a first time at once, and then after five seconds.
    const approved = Promise.withResolvers<boolean>()
    const client = service.publicClient(app, service.tenant.id, approved.promise)
    const result = await client.acquireTokenByDeviceCode({
      scopes,
      deviceCodeCallback({ userCode, verificationUri }) {
        expect(verificationUri).toMatch(/^https:\/\/localhost:\d+\/devicelogin$/)
        const scope = 'openid profile offline_access User.Read'
        const given = { signedIn: signedInAs(service.user), scope, resource: undefined, nonce: undefined }
        approved.resolve(devices.approve(userCode, { ...given, appId: app.appId }))
      },
    })
    expect(claimsOf(result!.accessToken)).toMatchObject({
      oid: service.user.id,
      scp: expect.stringContaining('User.Read'),
    })
  })

  it.each([(tenant: string) => tenant, () => 'organizations'])(
    'signs a person in by name and password',
    async (named) => {
      const service = await stage()
      const { app, principal } = await service.register({
        properties: redirects,
        signInAudience: 'AzureADMultipleOrgs',
      })
      await consent(service, principal, GRAPH, ['User.Read'])
      const client = service.publicClient(app, named(service.tenant.id))
      const who = { scopes, username: 'ada@contoso.test' }
      const result = await client.acquireTokenByUsernamePassword({ ...who, password: PASSWORD })
      expect(result?.account?.username).toBe('ada@contoso.test')
      await expect(client.acquireTokenByUsernamePassword({ ...who, password: 'wrong' })).rejects.toMatchObject({
        errorCode: 'invalid_grant',
        errorMessage: expect.stringContaining('AADSTS50126'),
      })
    },
  )

  it('calls Graph on behalf of the person who called its app', async () => {
    const service = await stage()
    const { directory, tenant } = service
    const scope = { id: realWorld.guid(), value: 'access', type: 'User', isEnabled: true }
    const texts = { adminConsentDisplayName: 'Use it', adminConsentDescription: 'Use it for the person' }
    const middle = await service.register({
      displayName: 'Middle',
      identifierUris: ['api://middle'],
      properties: { api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [{ ...scope, ...texts }] } },
    })
    const front = await service.register({ displayName: 'Front', properties: redirects })
    await consent(service, front.principal, 'api://middle', ['access'])
    await consent(service, middle.principal, GRAPH, ['User.Read'])
    const code = await codeFor(service, service.user, front.app.appId, 'api://middle/access')
    const { accessToken: oboAssertion } = await service
      .publicClient(front.app, tenant.id)
      .acquireTokenByCode({ code, scopes: ['api://middle/access'], redirectUri, codeVerifier: VERIFIER })
    const { value: clientSecret } = await directory.apps.addSecret(tenant.id, middle.app.id, {})
    const client = service.confidential(middle.app, tenant.id, { clientSecret })
    const result = await client.acquireTokenOnBehalfOf({ oboAssertion, scopes })
    expect(claimsOf(result!.accessToken)).toMatchObject({ appid: middle.app.appId, oid: service.user.id })
  })
})
