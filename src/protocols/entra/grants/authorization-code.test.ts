import { describe, expect, it } from 'vitest'
import {
  claimsOf,
  errorCodeOf,
  openUserService,
  type UserApp,
  type UserService,
  REDIRECT,
  codeRequest,
  VERIFIER,
} from '../../../../test/support/token-service.ts'
import { GRAPH, BASE, EXCHANGE } from '../../../../test/support/access.ts'
import { MINUTE } from '../../../core/time.ts'

async function consented(): Promise<{ open: UserService; app: UserApp }> {
  const open = await openUserService()
  const app = await open.app()
  await open.consent(app, GRAPH, 'User.Read', 'Mail.Read')
  return { open, app }
}

describe('an app with the code that a browser brought it', () => {
  it('gets tokens for the person', async () => {
    const { open, app } = await consented()
    const code = await open.code(app, { nonce: 'n-1' })
    const answer = await open.ask({ ...codeRequest(app, code), client_info: '1' })
    expect(answer.statusCode).toBe(200)
    const body = answer.json()
    expect(body).toEqual({
      token_type: 'Bearer',
      scope: 'User.Read openid profile',
      expires_in: 3599,
      ext_expires_in: 3599,
      access_token: expect.any(String),
      refresh_token: expect.stringMatching(/^1\.A/),
      id_token: expect.any(String),
      client_info: expect.any(String),
    })
    expect(claimsOf(body.access_token)).toMatchObject({
      aud: GRAPH,
      appid: app.id,
      appidacr: '0',
      idtyp: 'user',
      oid: open.user.id,
      scp: 'User.Read openid profile',
      tid: open.tenant.id,
      upn: 'ada@contoso.test',
    })
    expect(claimsOf(body.id_token)).toMatchObject({
      aud: app.id,
      iss: `${BASE}/${open.tenant.id}/v2.0`,
      nonce: 'n-1',
      oid: open.user.id,
      preferred_username: 'ada@contoso.test',
      sub: claimsOf(body.access_token).sub,
    })
    expect(JSON.parse(Buffer.from(body.client_info, 'base64url').toString())).toEqual({
      uid: open.user.id,
      utid: open.tenant.id,
    })
  })

  it('gets no ID token, refresh token or client info that it did not ask for', async () => {
    const { open, app } = await consented()
    const answer = await open.ask(codeRequest(app, await open.code(app, { scope: 'User.Read' })))
    expect(Object.keys(answer.json())).toEqual(['token_type', 'scope', 'expires_in', 'ext_expires_in', 'access_token'])
  })

  it('is told the scopes in the spelling in which it asked for them', async () => {
    const open = await openUserService()
    const app = await open.app()
    await open.consent(app, EXCHANGE, 'IMAP.AccessAsUser.All', 'SMTP.Send')
    for (const host of ['https://outlook.office.com', EXCHANGE]) {
      const scope = `${host}/imap.accessasuser.all ${host}/SMTP.Send offline_access`
      const body = (await open.ask(codeRequest(app, await open.code(app, { scope })))).json()
      expect(body.scope).toBe(`${host}/IMAP.AccessAsUser.All ${host}/SMTP.Send`)
      expect(claimsOf(body.access_token)).toMatchObject({ aud: host, scp: 'IMAP.AccessAsUser.All SMTP.Send' })
    }
  })

  it('gets with .default all that was consented to, and is told .default too', async () => {
    const { open, app } = await consented()
    const body = (await open.ask(codeRequest(app, await open.code(app, { scope: `${GRAPH}/.default` })))).json()
    expect(claimsOf(body.access_token).scp.split(' ').toSorted()).toEqual(['Mail.Read', 'User.Read'])
    expect(body.scope.split(' ')).toEqual(expect.arrayContaining([`${GRAPH}/.default`, `${GRAPH}/Mail.Read`]))
  })

  it('may ask for less, or for another resource that was consented to, when it redeems', async () => {
    const { open, app } = await consented()
    await open.consent(app, EXCHANGE, 'POP.AccessAsUser.All')
    const scope = `${EXCHANGE}/POP.AccessAsUser.All`
    const body = (await open.ask({ ...codeRequest(app, await open.code(app)), scope })).json()
    // The ID token belongs to the sign-in, whatever the access token is for.
    expect(body).toMatchObject({ scope: `${scope} openid profile`, id_token: expect.any(String) })
    expect(claimsOf(body.access_token)).toMatchObject({ aud: EXCHANGE, scp: 'POP.AccessAsUser.All' })
  })

  it('gets a token for the first of several resources that it was authorised for', async () => {
    const { open, app } = await consented()
    await open.consent(app, EXCHANGE, 'POP.AccessAsUser.All')
    const code = await open.code(app, { scope: `User.Read ${EXCHANGE}/POP.AccessAsUser.All` })
    expect((await open.ask(codeRequest(app, code))).json().scope).toBe('User.Read')
  })

  it('gets the directory roles of the person as wids', async () => {
    const { open, app } = await consented()
    const role = '62e90394-69f5-4237-9190-012177145e10'
    await open.directory.directoryRoles.assign(open.tenant.id, open.user.id, role)
    const { access_token: token } = (await open.ask(codeRequest(app, await open.code(app)))).json()
    expect(claimsOf(token).wids).toEqual([role])
  })

  it('is told everything as text at the v1 endpoint, and always gets a refresh token there', async () => {
    const { open, app } = await consented()
    const code = await open.code(app, { scope: 'openid', resource: GRAPH })
    const body = (await open.ask({ ...codeRequest(app, code), resource: GRAPH }, { endpoint: 'token' })).json()
    expect(body).toMatchObject({
      expires_in: '3599',
      resource: GRAPH,
      refresh_token: expect.any(String),
      id_token: expect.any(String),
    })
    expect(body.scope.split(' ')).toEqual(expect.arrayContaining(['Mail.Read', 'User.Read']))
    // As its own discovery document names the issuer.
    const document = (await open.http.inject(`/${open.tenant.id}/.well-known/openid-configuration`)).json()
    expect(claimsOf(body.id_token)).toMatchObject({ ver: '1.0', iss: document.issuer, upn: 'ada@contoso.test' })
  })

  it.each(['common', 'organizations', 'contoso.test'])(
    'may come to /%s, where the person decides the tenant',
    async (tenant) => {
      const open = await openUserService()
      const app = await open.app({ signInAudience: 'AzureADMultipleOrgs' })
      await open.consent(app, GRAPH, 'User.Read')
      const answer = await open.ask(codeRequest(app, await open.code(app)), { tenant })
      expect(claimsOf(answer.json().access_token).tid).toBe(open.tenant.id)
    },
  )

  it('shows its secret where its redirect URI is one of a web application', async () => {
    const { open, app } = await consented()
    const web = { ...codeRequest(app, await open.code(app, { redirectUri: REDIRECT.web })), redirect_uri: REDIRECT.web }
    expect(errorCodeOf(await open.ask(web))).toBe(7000218)
    const answer = await open.ask({ ...web, client_secret: app.secret })
    expect(claimsOf(answer.json().access_token).appidacr).toBe('1')
  })

  it('takes a plain challenge, and the code is kept with its hash only', async () => {
    const { open, app } = await consented()
    const code = await open.code(app, { challenge: { method: 'plain', challenge: VERIFIER } })
    const rows = await open.engine.sql.all({ parts: ['select * from authorization_code'], args: [] })
    expect(JSON.stringify(rows)).not.toContain(VERIFIER)
    expect(JSON.stringify(rows)).not.toContain(code)
    expect((await open.ask(codeRequest(app, code))).statusCode).toBe(200)
  })
})

describe('a single-page application', () => {
  const origin = 'https://app.test'
  const spa = { redirectUri: REDIRECT.spa, singlePage: true }

  it('redeems its code from its own origin, and may read the answer', async () => {
    const { open, app } = await consented()
    const form = { ...codeRequest(app, await open.code(app, spa)), redirect_uri: REDIRECT.spa }
    const answer = await open.ask(form, { headers: { origin } })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['access-control-allow-origin']).toBe(origin)
  })

  it('may read a refusal as well', async () => {
    const { open, app } = await consented()
    const form = { ...codeRequest(app, 'nonsense'), redirect_uri: REDIRECT.spa }
    const answer = await open.ask(form, { headers: { origin } })
    expect(errorCodeOf(answer)).toBe(70000)
    expect(answer.headers['access-control-allow-origin']).toBe(origin)
  })

  it.each<[string, string, (app: UserApp) => Record<string, string>]>([
    ['of another origin', 'https://evil.test', () => ({})],
    ['of no origin', 'null', () => ({})],
    ['that names no app', origin, () => ({ client_id: '' })],
    ['that names another app', origin, () => ({ client_id: '00000000-0000-4000-8000-000000000000' })],
  ])('is the only page that may: none %s', async (_, other, change) => {
    const { open, app } = await consented()
    const form = { ...codeRequest(app, 'nonsense'), redirect_uri: REDIRECT.spa, ...change(app) }
    const answer = await open.ask(form, { headers: { origin: other } })
    expect(answer.statusCode).toBe(400)
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin')
  })

  it('has its browser told beforehand that it may', async () => {
    const { http, tenant } = await openUserService()
    const answer = await http.inject({
      method: 'OPTIONS',
      url: `/${tenant.id}/oauth2/v2.0/token`,
      headers: { origin, 'access-control-request-method': 'POST' },
    })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'POST, OPTIONS',
    })
  })

  it.each<[string, number, Record<string, string>, Parameters<UserService['code']>[1], Record<string, string>?]>([
    ['without an origin', 9002327, {}, spa],
    ['without PKCE', 9002325, { origin }, { ...spa, challenge: undefined }],
    ['with a secret', 700025, { origin }, spa, { client_secret: 'any' }],
  ])('is refused %s', async (_, expected, headers, request, further = {}) => {
    const { open, app } = await consented()
    const form = { ...codeRequest(app, await open.code(app, request)), redirect_uri: REDIRECT.spa, ...further }
    expect(errorCodeOf(await open.ask(form, { headers }))).toBe(expected)
  })

  it('is the only one that may come from another origin', async () => {
    const { open, app } = await consented()
    const answer = await open.ask(codeRequest(app, await open.code(app)), { headers: { origin } })
    expect(errorCodeOf(answer)).toBe(9002326)
  })
})

describe('a code', () => {
  it('is redeemed once, and what came of it ends when it is shown again', async () => {
    const { open, app } = await consented()
    const code = await open.code(app)
    const { refresh_token: token } = (await open.ask(codeRequest(app, code))).json()
    expect(errorCodeOf(await open.ask(codeRequest(app, code)))).toBe(54005)
    const refreshing = { grant_type: 'refresh_token', client_id: app.id, refresh_token: token }
    expect(errorCodeOf(await open.ask(refreshing))).toBe(50173)
  })

  it('is redeemed by one of two that come at once', async () => {
    const { open, app } = await consented()
    const form = codeRequest(app, await open.code(app))
    const answers = await Promise.all([open.ask(form), open.ask(form)])
    expect(answers.filter((answer) => answer.statusCode === 200).length).toBeLessThanOrEqual(1)
    expect(answers.map(errorCodeOf)).toContain(54005)
  })

  it('ends after ten minutes', async () => {
    const { open, app } = await consented()
    const [early, late] = [await open.code(app), await open.code(app)]
    open.world.advance(10 * MINUTE - 1)
    expect((await open.ask(codeRequest(app, early))).statusCode).toBe(200)
    open.world.advance(1)
    expect(errorCodeOf(await open.ask(codeRequest(app, late)))).toBe(70008)
  })

  it('is of no use to another app, and still good for its own', async () => {
    const { open, app } = await consented()
    const thief = await open.app({ displayName: 'Thief' })
    const code = await open.code(app)
    expect(errorCodeOf(await open.ask(codeRequest(thief, code)))).toBe(70000)
    expect((await open.ask(codeRequest(app, code))).statusCode).toBe(200)
  })

  it.each<[string, number, Record<string, string>, Parameters<UserService['code']>[1]?]>([
    ['with another verifier', 501481, { code_verifier: VERIFIER.replace('d', 'e') }],
    ['with a verifier that is too short', 50147, { code_verifier: 'short' }],
    ['without its verifier', 50147, { code_verifier: '' }],
    ['with a verifier where the challenge was taken away', 501481, {}, { challenge: undefined }],
    ['at another redirect URI of the app', 70000, { redirect_uri: 'http://localhost/other' }],
    ['at a redirect URI that is nobody’s', 50011, { redirect_uri: 'https://evil.test' }],
    ['without a redirect URI', 900144, { redirect_uri: '' }],
    ['that is missing', 900144, { code: '' }],
    ['that is not a code', 70000, { code: 'x'.repeat(10_000) }],
    ['for a scope of two resources', 700022, { scope: `User.Read ${EXCHANGE}/SMTP.Send` }],
    ['for a scope that nobody consented to', 65001, { scope: 'Mail.Send' }],
    ['for a scope that there is not', 65005, { scope: 'Mail.Nonsense' }],
    ['for a resource that there is not', 500011, { scope: 'https://nowhere.test/Mail.Read' }],
    ['for everything and something', 70011, { scope: `${GRAPH}/.default ${GRAPH}/User.Read` }],
    ['with a resource in version 2', 901002, { resource: GRAPH }],
    ['for the app itself by another name than its GUID', 90009, { scope: 'api://mailer/.default' }],
  ])('is refused %s', async (_, expected, change, request) => {
    const { open, app } = await consented()
    const properties = { publicClient: { redirectUris: [REDIRECT.publicClient, 'http://localhost/other'] } }
    await open.directory.apps.update(open.tenant.id, app.app.id, { properties, identifierUris: ['api://mailer'] })
    const form = { ...codeRequest(app, await open.code(app, request)), ...change }
    expect(errorCodeOf(await open.ask(form))).toBe(expected)
  })

  it('is refused with a suberror that has MSAL ask the person, where nobody consented', async () => {
    const open = await openUserService()
    const app = await open.app()
    const answer = await open.ask(codeRequest(app, await open.code(app)))
    expect(answer.json()).toMatchObject({ error: 'invalid_grant', suberror: 'consent_required', error_codes: [65001] })
  })

  it('is refused to an app that was disabled meanwhile', async () => {
    const { open, app } = await consented()
    const code = await open.code(app)
    await open.directory.servicePrincipals.update(open.tenant.id, app.principal.id, { accountEnabled: false })
    expect(errorCodeOf(await open.ask(codeRequest(app, code)))).toBe(7000112)
  })

  it('is refused at the path of a tenant that is not the person’s', async () => {
    const open = await openUserService()
    const app = await open.app({ signInAudience: 'AzureADMultipleOrgs' })
    await open.consent(app, GRAPH, 'User.Read')
    const other = await open.directory.tenants.create('Fabrikam', 'fabrikam.test')
    await open.directory.servicePrincipals.create(other.id, { appId: app.id })
    expect(errorCodeOf(await open.ask(codeRequest(app, await open.code(app)), { tenant: other.id }))).toBe(90072)
  })

  it.each([
    ['common', 'AzureADMyOrg', 50194],
    ['organizations', 'AzureADMyOrg', 50194],
    ['consumers', 'AzureADMultipleOrgs', 90130],
  ])('is refused at /%s for an app that is for %s', async (tenant, signInAudience, expected) => {
    const open = await openUserService()
    const app = await open.app({ signInAudience })
    expect(errorCodeOf(await open.ask(codeRequest(app, await open.code(app)), { tenant }))).toBe(expected)
  })

  it('is refused where a parameter comes twice', async () => {
    const { open, app } = await consented()
    const form = new URLSearchParams(codeRequest(app, await open.code(app)))
    form.append('code', 'another')
    const answer = await open.http.inject({
      method: 'POST',
      url: `/${open.tenant.id}/oauth2/v2.0/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: form.toString(),
    })
    expect(errorCodeOf(answer)).toBe(9002313)
  })
})
