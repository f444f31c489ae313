import { beforeEach, describe, expect, it } from 'vitest'
import { Browser, openSignInPages, type Page, type Query, type SignInPages } from '../../../../test/support/browser.ts'
import { CHALLENGE, REDIRECT, VERIFIER } from '../../../../test/support/token-service.ts'
import { readJws } from '../../../codecs/jwt/jws.ts'

let pages: SignInPages
let browser: Browser

beforeEach(async () => {
  pages = await openSignInPages()
  browser = pages.browser
})

/** An authorization code: a version, then base64url. */
const CODE = /^1\.[\w-]{30,}\.[\w.-]+$/

/** The response to the app. */
const told = ({ sentTo }: Page): Record<string, string> =>
  Object.fromEntries([...(sentTo?.searchParams ?? []), ...new URLSearchParams(sentTo?.hash.slice(1))])

/** Signs in and consents, so that the next request is answered at once. */
async function consented(query: Query = {}): Promise<Page> {
  return browser.submit(await pages.signIn(await browser.get(pages.authorize(query))), {}, 'Accept')
}

const withIdTokens = {
  properties: { web: { redirectUris: [REDIRECT.web], implicitGrantSettings: { enableIdTokenIssuance: true } } },
}

describe('an authorization request', () => {
  it('is answered with a code once a person has signed in and consented, and the code is good for a token', async () => {
    const consent = await pages.signIn(await browser.get(pages.authorize()))
    expect(consent.text).toContain('Sign you in and read your profile')
    const { sentTo } = await browser.submit(consent, {}, 'Accept')
    expect(sentTo!.origin + sentTo!.pathname).toBe(REDIRECT.web)
    expect(Object.keys(Object.fromEntries(sentTo!.searchParams))).toEqual(['code', 'session_state', 'state'])
    expect(sentTo!.searchParams.get('state')).toBe('as given & kept')
    const redeemed = await pages.ask({
      grant_type: 'authorization_code',
      client_id: pages.mailer.id,
      client_secret: pages.mailer.secret,
      code: sentTo!.searchParams.get('code')!,
      redirect_uri: REDIRECT.web,
    })
    expect(redeemed.json()).toMatchObject({ token_type: 'Bearer', scope: expect.stringContaining('User.Read') })
  })

  it('is answered by a redirect at once where the person is signed in with this browser and has consented', async () => {
    await consented()
    const again = await browser.get(pages.authorize())
    expect(again.status).toBe(302)
    expect(told(again).code).toMatch(CODE)
  })

  it('binds the code to the code challenge', async () => {
    const { challenge: code_challenge, method: code_challenge_method } = CHALLENGE
    const { code = '' } = told(await consented({ code_challenge, code_challenge_method }))
    const form = {
      grant_type: 'authorization_code',
      client_id: pages.mailer.id,
      client_secret: pages.mailer.secret,
      redirect_uri: REDIRECT.web,
      code,
    }
    expect((await pages.ask({ ...form, code_verifier: VERIFIER })).statusCode).toBe(200)
  })

  it('gives client_info where the app asks for it, as MSAL does', async () => {
    const { client_info = '' } = told(await consented({ client_info: '1' }))
    expect(JSON.parse(Buffer.from(client_info, 'base64url').toString())).toEqual({
      uid: pages.user.id,
      utid: pages.tenant.id,
    })
  })

  it('may be posted, and is then asked for once more with GET, so that the cookies come with it', async () => {
    await consented()
    const { cookies } = browser
    const posted = await pages.http.inject({
      method: 'POST',
      url: '/contoso.test/oauth2/v2.0/authorize',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: pages.authorize().split('?')[1]!,
    })
    expect(posted.statusCode).toBe(303)
    expect(cookies.size).toBe(2)
    expect(told(await browser.get(posted.headers.location!)).code).toMatch(CODE)
  })

  it('of version 1 names its resource apart', async () => {
    const path = '/contoso.test/oauth2/authorize'
    const resource = 'https://graph.microsoft.com'
    await pages.consent(pages.mailer, resource, 'User.Read')
    const answer = await pages.signIn(await browser.get(pages.authorize({ scope: undefined, resource }, path)))
    expect(told(answer).code).toMatch(CODE)
    const refused = await browser.get(pages.authorize({ resource }))
    expect(told(refused).error_description).toMatch(/^AADSTS901002: /)
  })

  it('through common or organizations uses the tenant of the user, for apps that allow it', async () => {
    const fabrikam = await pages.directory.tenants.create('Fabrikam', 'fabrikam.test')
    const others = await openPagesFor('AzureADMultipleOrgs')
    for (const shared of ['common', 'organizations']) {
      const shown = await new Browser(others).get(others.authorize({}, `/${shared}/oauth2/v2.0/authorize`))
      expect(shown.title).toBe('Sign in')
    }
    const consent = await others.signIn(await others.browser.get(others.authorize({}, '/common/oauth2/v2.0/authorize')))
    expect(told(await others.browser.submit(consent, {}, 'Accept')).code).toMatch(CODE)
    const single = await browser.get(pages.authorize({}, '/common/oauth2/v2.0/authorize'))
    expect(single.text).toContain('AADSTS50194')
    const personal = await others.browser.get(others.authorize({}, '/consumers/oauth2/v2.0/authorize'))
    expect(personal.text).toContain('AADSTS90130')
    const elsewhere = await browser.get(pages.authorize({}, `/${fabrikam.id}/oauth2/v2.0/authorize`))
    expect(elsewhere.text).toContain('AADSTS700016')
  })
})

const openPagesFor = (signInAudience: string) => openSignInPages({ signInAudience })

describe('an answer', () => {
  it('goes to the fragment where the app asks for that', async () => {
    const { sentTo } = await consented({ response_mode: 'fragment' })
    expect(sentTo!.search).toBe('')
    expect(new URLSearchParams(sentTo!.hash.slice(1)).get('code')).toMatch(CODE)
  })

  it('is a form that posts itself, and has a button without scripts, where the app asks for that', async () => {
    const answer = await consented({ response_mode: 'form_post', state: '"><script>alert(1)</script>' })
    const [form] = answer.forms
    expect(form).toMatchObject({ action: REDIRECT.web, buttons: [{ text: 'Continue' }] })
    expect(form!.fields).toMatchObject({ state: '"><script>alert(1)</script>', code: expect.any(String) })
    expect(answer.body.match(/<script>/g)).toHaveLength(1)
    expect(answer.headers['content-security-policy']).toMatch(/script-src 'sha256-[^']+'$/)
  })

  it('keeps the query that the redirect URI has already', async () => {
    const web = { redirectUris: ['https://app.test/web?tenant=1'] }
    const own = await openSignInPages({ properties: { web } })
    await own.consent(own.mailer, 'https://graph.microsoft.com', 'User.Read', 'openid', 'profile')
    const answer = await own.signIn(await own.browser.get(own.authorize({ redirect_uri: web.redirectUris[0] })))
    expect(told(answer)).toMatchObject({ tenant: '1', code: expect.any(String) })
  })

  it('after a form is a page that redirects, so that the Content-Security-Policy allows further redirects', async () => {
    const answer = await consented()
    expect(answer.status).toBe(200)
    expect(answer.body).toContain('http-equiv="refresh"')
    expect(answer.headers['content-security-policy']).toContain("form-action 'self'")
  })

  it('to an app with a scheme of its own is a redirect, which the forms of the way there allow', async () => {
    const publicClient = { redirectUris: ['mailer://auth'] }
    const own = await openSignInPages({ properties: { publicClient } })
    const first = await own.browser.get(own.authorize({ redirect_uri: 'mailer://auth' }))
    expect(first.headers['content-security-policy']).toMatch(/form-action 'self' mailer:$/)
    const consent = await own.signIn(first)
    expect(consent.headers['content-security-policy']).toMatch(/form-action 'self' mailer:$/)
    const answer = await own.browser.submit(consent, {}, 'Accept')
    expect(answer.status).toBe(302)
    expect(answer.sentTo!.protocol).toBe('mailer:')
  })
})

describe('an ID token', () => {
  const asked = { response_type: 'id_token', nonce: 'n-1', scope: 'openid profile' }

  it('comes in the fragment, with the nonce, where the registration allows it', async () => {
    const own = await openSignInPages(withIdTokens)
    const consent = await own.signIn(await own.browser.get(own.authorize(asked)))
    const { sentTo } = await own.browser.submit(consent, {}, 'Accept')
    const answer = new URLSearchParams(sentTo!.hash.slice(1))
    expect(answer.has('code')).toBe(false)
    expect(readJws(answer.get('id_token')!)!.claims).toMatchObject({
      aud: own.mailer.id,
      nonce: 'n-1',
      preferred_username: 'ada@contoso.test',
      tid: own.tenant.id,
    })
  })

  it('beside a code names it by its hash', async () => {
    const own = await openSignInPages(withIdTokens)
    const shown = await own.browser.get(
      own.authorize({ ...asked, response_type: 'id_token code', response_mode: 'form_post' }),
    )
    const answer = await own.browser.submit(await own.signIn(shown), {}, 'Accept')
    const { id_token = '', code } = answer.forms[0]!.fields
    expect(code).toMatch(CODE)
    expect(readJws(id_token)!.claims.c_hash).toEqual(expect.any(String))
  })

  it.each([
    [{ nonce: undefined }, '90014'],
    [{ response_mode: 'query' }, '70007'],
    [{ response_type: 'id_token token' }, '700054'],
    [{ scope: 'User.Read' }, '70011'],
  ])('with %j is refused with %s, in the fragment', async (query, code) => {
    const own = await openSignInPages(withIdTokens)
    const { sentTo } = await own.browser.get(own.authorize({ ...asked, ...query }))
    expect(new URLSearchParams(sentTo!.hash.slice(1)).get('error_description')).toMatch(new RegExp(`^AADSTS${code}: `))
  })

  it('is refused where the registration does not allow it', async () => {
    const { sentTo } = await browser.get(pages.authorize(asked))
    const answer = new URLSearchParams(sentTo!.hash.slice(1))
    expect(answer.get('error')).toBe('unsupported_response_type')
    expect(answer.get('error_description')).toMatch(/^AADSTS700054: /)
  })
})

const isTold = (shown: Page, error: string, code: string): void => {
  const answer = told(shown)
  expect(answer.error).toBe(error)
  expect(answer.error_description).toMatch(
    new RegExp(`^AADSTS${code}: .+ Trace ID: [-\\w]{36} Correlation ID: ${pages.tenant.id} Timestamp: `),
  )
  expect(answer.state).toBe('as given & kept')
  expect(answer.code).toBeUndefined()
}
const askedAs = (query: Query) => browser.get(pages.authorize({ ...query, 'client-request-id': pages.tenant.id }))

describe('what is wrong with a request', () => {
  it.each([
    [{ response_type: undefined }, 'invalid_request', '900144'],
    [{ response_type: 'token' }, 'unsupported_response_type', '700054'],
    [{ response_type: 'constructor' }, 'unsupported_response_type', '700054'],
    [{ response_mode: 'web_message' }, 'unsupported_response_mode', '70007'],
    [{ scope: undefined }, 'invalid_request', '900144'],
    [{ scope: 'a"b' }, 'invalid_scope', '70011'],
    [{ prompt: 'none login' }, 'invalid_request', '9002313'],
    [{ prompt: 'anything' }, 'invalid_request', '9002313'],
    [{ max_age: '-1' }, 'invalid_request', '9002313'],
    [{ code_challenge: 'short' }, 'invalid_request', '50147'],
    [{ code_challenge: 'x'.repeat(129) }, 'invalid_request', '50147'],
    [{ code_challenge: 'x'.repeat(43), code_challenge_method: 'S512' }, 'invalid_request', '50147'],
    [{ code_challenge_method: 'S256' }, 'invalid_request', '50147'],
    [{ redirect_uri: REDIRECT.spa }, 'invalid_request', '9002325'],
  ])('is told to the app, before anybody signs in: %j is %s, AADSTS%s', async (query, error, code) => {
    isTold(await askedAs(query), error, code)
  })

  it('is told to the app once the tenant is known, where it is a resource or a scope that is not there', async () => {
    await pages.signIn(await browser.get(pages.authorize()))
    isTold(await askedAs({ scope: 'https://nowhere.test/Read' }), 'invalid_resource', '500011')
    isTold(await askedAs({ scope: 'No.Such' }), 'invalid_client', '65005')
  })

  it.each([
    [{ client_id: undefined }, '900144'],
    [{ client_id: '11111111-1111-4111-8111-111111111111' }, '700016'],
    [{ client_id: 'mailer' }, '700016'],
    [{ redirect_uri: undefined }, '900144'],
    [{ redirect_uri: 'https://app.test/web/' }, '50011'],
    [{ redirect_uri: 'https://app.test@evil.test/web' }, '50011'],
    [{ redirect_uri: 'javascript:alert(1)' }, '50011'],
  ])('is told to the person where it is not sure who the app is: %j is AADSTS%s on the page', async (query, code) => {
    const shown = await browser.get(pages.authorize(query))
    expect(shown.status).toBe(400)
    expect(shown.sentTo).toBeUndefined()
    expect(shown.title).toBe('You cannot be signed in')
    expect(shown.text).toContain(`AADSTS${code}: `)
  })

  it('is shown to the user if a parameter came twice, or the tenant is unknown', async () => {
    const twice = await browser.get(`${pages.authorize()}&redirect_uri=https%3A%2F%2Fevil.test`)
    expect(twice.text).toContain('AADSTS9002313')
    expect(twice.sentTo).toBeUndefined()
    const nowhere = await browser.get(pages.authorize({}, '/nowhere.test/oauth2/v2.0/authorize'))
    expect(nowhere.text).toContain('AADSTS90002')
    const long = await browser.get(pages.authorize({ state: 'x'.repeat(9000) }))
    expect(long.text).toContain('AADSTS9002313')
  })

  it('is a person who has to be assigned to the app and is not, or an app that the tenant has switched off', async () => {
    const { directory, tenant, mailer } = pages
    await consented()
    await directory.servicePrincipals.update(tenant.id, mailer.principal.id, { appRoleAssignmentRequired: true })
    const unassigned = told(await browser.get(pages.authorize()))
    expect(unassigned.error).toBe('interaction_required')
    expect(unassigned.error_description).toMatch(/^AADSTS50105: /)
    await directory.servicePrincipals.update(tenant.id, mailer.principal.id, { accountEnabled: false })
    const disabled = told(await browser.get(pages.authorize()))
    expect(disabled.error).toBe('unauthorized_client')
    expect(disabled.error_description).toMatch(/^AADSTS7000112: /)
  })

  it('is a person who has to be assigned to the resource and is not', async () => {
    const { directory, tenant } = pages
    await consented()
    const graph = (await directory.servicePrincipals.findResource(tenant.id, 'https://graph.microsoft.com'))!
    await directory.servicePrincipals.update(tenant.id, graph.id, { appRoleAssignmentRequired: true })
    const { error, error_description: description } = told(await browser.get(pages.authorize()))
    expect(error).toBe('interaction_required')
    expect(description).toMatch(/^AADSTS50105: /)
    expect(description).toContain(graph.appId)
  })
})

describe('prompt', () => {
  it('none is login_required where nobody is signed in, and shows no page', async () => {
    const answer = await browser.get(pages.authorize({ prompt: 'none' }))
    expect(answer.status).toBe(302)
    expect(told(answer)).toMatchObject({ error: 'login_required', state: 'as given & kept' })
    expect(told(answer).error_description).toMatch(/^AADSTS50058: /)
  })

  it('none is answered with a code where nothing has to be asked', async () => {
    await consented()
    expect(told(await browser.get(pages.authorize({ prompt: 'none' }))).code).toMatch(CODE)
  })

  it('none is consent_required where something is not consented to', async () => {
    await consented()
    const answer = told(await browser.get(pages.authorize({ prompt: 'none', scope: 'Mail.Read' })))
    expect(answer).toMatchObject({ error: 'consent_required' })
    expect(answer.error_description).toMatch(/^AADSTS65001: /)
  })

  it('none is interaction_required for a user who is signed in to another tenant', async () => {
    const others = await openPagesFor('AzureADMultipleOrgs')
    await others.signIn(await others.browser.get(others.authorize()))
    await others.directory.tenants.create('Fabrikam', 'fabrikam.test')
    const path = '/fabrikam.test/oauth2/v2.0/authorize'
    const answer = told(await others.browser.get(others.authorize({ prompt: 'none' }, path)))
    expect(answer).toMatchObject({ error: 'interaction_required' })
    expect(answer.error_description).toMatch(/^AADSTS16000: /)
  })

  it('none is login_required for another user than login_hint names, and for a sign-in older than max_age', async () => {
    await consented()
    const other = told(await browser.get(pages.authorize({ prompt: 'none', login_hint: 'bob@contoso.test' })))
    expect(other.error).toBe('login_required')
    expect(told(await browser.get(pages.authorize({ prompt: 'none', max_age: '60' }))).code).toMatch(CODE)
    pages.world.advance(61_000)
    expect(told(await browser.get(pages.authorize({ prompt: 'none', max_age: '60' }))).error).toBe('login_required')
  })

  it('login asks for the password even if a user is signed in', async () => {
    await consented()
    const shown = await browser.get(pages.authorize({ prompt: 'login' }))
    expect(shown.title).toBe('Sign in')
    expect(told(await pages.signIn(shown)).code).toMatch(CODE)
  })

  it('consent asks again for what was consented to', async () => {
    await consented()
    const shown = await browser.get(pages.authorize({ prompt: 'consent' }))
    expect(shown.title).toBe('Permissions requested')
    expect(shown.text).toContain('Sign you in and read your profile')
    expect(told(await browser.submit(shown, {}, 'Accept')).code).toMatch(CODE)
  })

  it('select_account offers the signed-in user, and another account', async () => {
    await consented()
    const shown = await browser.get(pages.authorize({ prompt: 'select_account' }))
    expect(shown.title).toBe('Choose an account')
    expect(told(await browser.submit(shown, {}, 'Ada')).code).toMatch(CODE)
    const other = await browser.submit(shown, {}, 'Use another account')
    expect(other.title).toBe('Sign in')
  })

  it('is not needed where login_hint names somebody: the user name is filled in', async () => {
    const shown = await browser.get(pages.authorize({ login_hint: 'ada@contoso.test' }))
    expect(shown.title).toBe('Enter your password')
    expect(shown.forms[0]!.fields.userName).toBe('ada@contoso.test')
    const useless = await browser.get(pages.authorize({ login_hint: 'no address' }))
    expect(useless.title).toBe('Sign in')
  })
})
