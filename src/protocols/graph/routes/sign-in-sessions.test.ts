import { describe, expect, it } from 'vitest'
import { authorized } from '../../../../test/support/open-authorizations.ts'
import { BASE, GLOBAL_ADMINISTRATOR, type GraphStage, openGraph } from '../../../../test/support/graph-stage.ts'

const USER_ADMINISTRATOR = 'fe930be7-5e62-47db-91af-98c3a49a38b1'

/** Somebody who let an app have something, and is signed in with a browser. */
async function signedIn(stage: GraphStage, name: string) {
  const { directory, tenant, authorizations, world } = stage
  const user = await directory.users.create(tenant.id, {
    userPrincipalName: `${name}@contoso.test`,
    displayName: name,
    mailNickname: name,
    accountEnabled: true,
  })
  const person = { ...authorized.signedIn, tenant: tenant.id, user: user.id, at: world.now() }
  const grant = { ...authorized, signedIn: person, singlePage: false, confidential: true }
  const { token } = (await authorizations.refreshTokens.issue(grant))!
  const { cookie } = await authorizations.sessions.start(person)
  return {
    user,
    async isSignedIn() {
      const { ok } = await authorizations.refreshTokens.use(token, grant.appId)
      expect((await authorizations.sessions.find(cookie)) !== undefined).toBe(ok)
      return ok
    },
  }
}

describe('revoking sign-ins', () => {
  it('ends what one person let apps have and the sessions of browsers, and nobody else’s', async () => {
    const stage = await openGraph()
    const [bob, eve] = [await signedIn(stage, 'bob'), await signedIn(stage, 'eve')]
    const answer = await stage.call('POST', `/users/${bob.user.id}/revokeSignInSessions`)
    expect(answer).toMatchObject({
      status: 200,
      body: { '@odata.context': `${BASE}/v1.0/$metadata#Edm.Boolean`, value: true },
    })
    expect([await bob.isSignedIn(), await eve.isSignedIn()]).toEqual([false, true])
  })

  it('is everybody’s own to do', async () => {
    const stage = await openGraph()
    const bob = await signedIn(stage, 'bob')
    const person = { user: bob.user, scopes: ['User.RevokeSessions.All'] }
    expect((await stage.call('POST', '/me/revokeSignInSessions', undefined, { person })).status).toBe(200)
    expect(await bob.isSignedIn()).toBe(false)
    const path = `/users/${bob.user.userPrincipalName}/revokeSignInSessions`
    expect((await stage.call('POST', path, undefined, { person })).status).toBe(200)
  })

  it.each<[string, object, number]>([
    ['an app without the permission', { roles: ['User.Read.All'] }, 403],
    ['a person without a role', { person: { scopes: ['User.ReadWrite.All'] } }, 403],
    ['a user administrator', { person: { scopes: ['User.ReadWrite.All'], wids: [USER_ADMINISTRATOR] } }, 200],
  ])('of others is for those who may: %s', async (_, who, expected) => {
    const stage = await openGraph()
    const bob = await signedIn(stage, 'bob')
    const path = `/users/${bob.user.id}/revokeSignInSessions`
    expect((await stage.call('POST', path, undefined, who)).status).toBe(expected)
    expect(await bob.isSignedIn()).toBe(expected !== 200)
  })

  it('of an administrator is for one who is no lesser', async () => {
    const stage = await openGraph()
    const bob = await signedIn(stage, 'bob')
    await stage.directory.directoryRoles.assign(stage.tenant.id, bob.user.id, GLOBAL_ADMINISTRATOR)
    const lesser = { person: { scopes: ['User.ReadWrite.All'], wids: [USER_ADMINISTRATOR] } }
    const path = `/users/${bob.user.id}/revokeSignInSessions`
    expect((await stage.call('POST', path, undefined, lesser)).status).toBe(403)
    expect(await bob.isSignedIn()).toBe(true)
  })

  it('of nobody is refused', async () => {
    const stage = await openGraph()
    expect((await stage.call('POST', '/users/nobody@contoso.test/revokeSignInSessions')).status).toBe(404)
  })
})
