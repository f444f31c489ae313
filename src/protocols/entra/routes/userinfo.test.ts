import { describe, expect, it } from 'vitest'
import { claimsOf, openUserService, codeRequest, secretRequest, post } from '../../../../test/support/token-service.ts'
import { GRAPH, BASE, EXCHANGE } from '../../../../test/support/access.ts'
import { registerClient } from '../../../../test/support/directory.ts'
import { HOUR } from '../../../core/time.ts'

async function stage(scope: string) {
  const open = await openUserService()
  const app = await open.app()
  await open.consent(app, GRAPH, 'User.Read')
  await open.consent(app, EXCHANGE, 'IMAP.AccessAsUser.All')
  const tokens = (await open.ask(codeRequest(app, await open.code(app, { scope })))).json()
  const token: string = tokens.access_token
  const about = (authorization: string | undefined, method: 'GET' | 'POST' = 'GET') =>
    open.http.inject({
      method,
      url: '/oidc/userinfo',
      headers: { host: 'localhost:8443', ...(authorization !== undefined && { authorization }) },
    })
  return { open, app, token, about }
}

describe('the userinfo endpoint', () => {
  it.each(['GET', 'POST'] as const)('tells by %s who the token is about, as the ID token does', async (method) => {
    const { token, about } = await stage('openid profile email User.Read')
    const answer = await about(`Bearer ${token}`, method)
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toEqual({
      sub: claimsOf(token).sub,
      name: 'Ada',
      family_name: 'Lovelace',
      given_name: 'Ada',
      picture: `${BASE}/v1.0/me/photo/$value`,
    })
  })

  it('tells no more than was asked for', async () => {
    const { token, about } = await stage('openid User.Read')
    expect((await about(`Bearer ${token}`)).json()).toEqual({ sub: claimsOf(token).sub })
  })

  it('asks for a token', async () => {
    const { about } = await stage('openid')
    const answer = await about(undefined)
    expect(answer.statusCode).toBe(401)
    expect(answer.headers['www-authenticate']).toBe('Bearer')
  })

  it('wants a token of a sign-in with OpenID Connect', async () => {
    const { token, about } = await stage('User.Read')
    const answer = await about(`Bearer ${token}`)
    expect(answer.statusCode).toBe(403)
    expect(answer.headers['www-authenticate']).toContain('insufficient_scope')
  })

  it.each<[string, (on: Awaited<ReturnType<typeof stage>>) => Promise<string> | string]>([
    ['that was changed', ({ token }) => `${token.slice(0, -4)}AAAA`],
    [
      'for another resource',
      async ({ open, app }) => {
        const code = await open.code(app, { scope: `openid ${EXCHANGE}/IMAP.AccessAsUser.All` })
        return (await open.ask(codeRequest(app, code))).json().access_token
      },
    ],
    [
      'of an app for itself',
      async ({ open }) => {
        const form = { ...secretRequest(await registerClient(open)), scope: `${GRAPH}/.default` }
        return (await post(open, open.tenant.id, form)).json().access_token
      },
    ],
    [
      'that has ended',
      ({ open, token }) => {
        open.world.advance(HOUR)
        return token
      },
    ],
    [
      'of an app that was disabled',
      async ({ open, app, token }) => {
        await open.directory.servicePrincipals.update(open.tenant.id, app.principal.id, { accountEnabled: false })
        return token
      },
    ],
    [
      'of a client that could hear of it, once sign-ins were revoked',
      async ({ open, app }) => {
        const form = codeRequest(app, await open.code(app, { scope: 'openid User.Read' }))
        const claims = '{"access_token":{"xms_cc":{"values":["cp1"]}}}'
        const { access_token: token } = (await open.ask({ ...form, claims })).json()
        open.world.advance(1000)
        await open.directory.users.revokeSignIns(open.tenant.id, open.user.id)
        return token
      },
    ],
  ])('refuses a token %s', async (_, shown) => {
    const on = await stage('openid User.Read')
    const answer = await on.about(`Bearer ${await shown(on)}`)
    expect(answer.statusCode).toBe(401)
    expect(answer.headers['www-authenticate']).toBe('Bearer error="invalid_token"')
  })

  it('may be asked by a page of any origin', async () => {
    const { open } = await stage('openid')
    const answer = await open.http.inject({
      method: 'OPTIONS',
      url: '/oidc/userinfo',
      headers: { origin: 'https://a.test' },
    })
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-headers': expect.stringContaining('authorization'),
    })
  })
})
