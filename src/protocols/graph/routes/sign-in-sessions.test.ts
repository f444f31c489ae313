import { describe, expect, it } from 'vitest'
import { BASE } from '../../../../test/support/access.ts'
import { GLOBAL_ADMINISTRATOR, type OpenGraph, openGraph } from '../../../../test/support/graph-server.ts'
import { MINUTE } from '../../../core/time.ts'

const USER_ADMINISTRATOR = 'fe930be7-5e62-47db-91af-98c3a49a38b1'

const made = ({ directory, tenant }: OpenGraph, name: string) =>
  directory.users.create(tenant.id, {
    userPrincipalName: `${name}@contoso.test`,
    displayName: name,
    mailNickname: name,
    accountEnabled: true,
  })

const revokedAt = async ({ directory, tenant }: OpenGraph, name: string) =>
  (await directory.users.find(tenant.id, `${name}@contoso.test`))?.signInsRevoked

describe('revoking sign-ins', () => {
  it('ends those of one person until now, and nobody else’s', async () => {
    const stage = await openGraph()
    const bob = await made(stage, 'bob')
    await made(stage, 'eve')
    const answer = await stage.call('POST', `/users/${bob.id}/revokeSignInSessions`)
    expect(answer).toMatchObject({
      status: 200,
      body: { '@odata.context': `${BASE}/v1.0/$metadata#Edm.Boolean`, value: true },
    })
    expect([await revokedAt(stage, 'bob'), await revokedAt(stage, 'eve')]).toEqual([stage.world.now(), undefined])
  })

  it('is shown of a user, and stands in the audit by whom', async () => {
    const stage = await openGraph()
    const bob = await made(stage, 'bob')
    const shown = async () =>
      (await stage.call('GET', `/users/${bob.id}?$select=signInSessionsValidFromDateTime`)).body
        .signInSessionsValidFromDateTime
    expect(await shown()).toBe(new Date(bob.created).toISOString().replace('.000Z', 'Z'))
    stage.world.advance(MINUTE)
    await stage.call('POST', `/users/${bob.id}/revokeSignInSessions`)
    expect(await shown()).toBe(new Date(bob.created + MINUTE).toISOString().replace('.000Z', 'Z'))
    const { body } = await stage.call('GET', '/auditLogs/directoryAudits?$top=1')
    expect(body.value).toMatchObject([
      {
        activityDisplayName: 'Update StsRefreshTokenValidFrom Timestamp',
        initiatedBy: { app: { displayName: 'Administration' } },
        targetResources: [{ id: bob.id }],
      },
    ])
  })

  it('is everybody’s own to do', async () => {
    const stage = await openGraph()
    const bob = await made(stage, 'bob')
    const person = { user: bob, scopes: ['User.RevokeSessions.All'] }
    expect((await stage.call('POST', '/me/revokeSignInSessions', undefined, { person })).status).toBe(200)
    expect(await revokedAt(stage, 'bob')).toBe(stage.world.now())
    const path = `/users/${bob.userPrincipalName}/revokeSignInSessions`
    expect((await stage.call('POST', path, undefined, { person })).status).toBe(200)
  })

  it.each<[string, object, number]>([
    ['an app without the permission', { roles: ['User.Read.All'] }, 403],
    ['a person without a role', { person: { scopes: ['User.ReadWrite.All'] } }, 403],
    ['a user administrator', { person: { scopes: ['User.ReadWrite.All'], wids: [USER_ADMINISTRATOR] } }, 200],
  ])('of others is for those who may: %s', async (_, who, expected) => {
    const stage = await openGraph()
    const bob = await made(stage, 'bob')
    expect((await stage.call('POST', `/users/${bob.id}/revokeSignInSessions`, undefined, who)).status).toBe(expected)
    expect((await revokedAt(stage, 'bob')) !== undefined).toBe(expected === 200)
  })

  it('of an administrator is for one who is no lesser', async () => {
    const stage = await openGraph()
    const bob = await made(stage, 'bob')
    await stage.directory.directoryRoles.assign(stage.tenant.id, bob.id, GLOBAL_ADMINISTRATOR)
    const lesser = { person: { scopes: ['User.ReadWrite.All'], wids: [USER_ADMINISTRATOR] } }
    const path = `/users/${bob.id}/revokeSignInSessions`
    expect((await stage.call('POST', path, undefined, lesser)).status).toBe(403)
    expect(await revokedAt(stage, 'bob')).toBeUndefined()
  })

  it('of nobody is refused', async () => {
    const stage = await openGraph()
    expect((await stage.call('POST', '/users/nobody@contoso.test/revokeSignInSessions')).status).toBe(404)
  })
})
