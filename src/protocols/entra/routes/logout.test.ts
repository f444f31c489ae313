import { beforeEach, describe, expect, it } from 'vitest'
import { openSignInPages, type SignInPages } from '../../../../test/support/browser.ts'
import { GRAPH } from '../../../../test/support/access.ts'
import { REDIRECT } from '../../../../test/support/token-service.ts'
import { writeObject } from '../../../codecs/jwt/jws.ts'

let pages: SignInPages

beforeEach(async () => {
  pages = await openSignInPages()
  await pages.consent(pages.mailer, GRAPH, 'User.Read', 'openid', 'profile')
  await pages.signIn(await pages.browser.get(pages.authorize()))
})

const v2 = '/contoso.test/oauth2/v2.0/logout'

const signOut = (query: Record<string, string> = {}, path = v2) =>
  pages.browser.get(`${path}?${new URLSearchParams(query).toString()}`)

/** Of a token that nobody signed: it says no more than `client_id` would. */
const hint = (claims: Record<string, unknown>): string => `${writeObject({ alg: 'none' })}.${writeObject(claims)}.`

describe('signing out', () => {
  it.each([v2, '/common/oauth2/logout'])('at %s ends the session, here and in the browser', async (path) => {
    const cookie = pages.browser.cookies.get('__Host-postern-session')!
    const shown = await signOut({}, path)
    expect(shown.title).toBe('You are signed out')
    expect(pages.browser.cookies.has('__Host-postern-session')).toBe(false)
    expect(await pages.authorizations.sessions.find(cookie)).toBeUndefined()
    expect((await pages.browser.get(pages.authorize())).title).toBe('Sign in')
  })

  it('needs nobody to be signed in', async () => {
    await signOut()
    expect((await signOut()).title).toBe('You are signed out')
  })

  it('goes back to where the app has registered, with the state', async () => {
    const back = { post_logout_redirect_uri: REDIRECT.web, client_id: pages.mailer.id }
    expect((await signOut(back)).sentTo!.href).toBe(REDIRECT.web)
    expect((await signOut({ ...back, state: 'a&b' })).sentTo!.href).toBe(`${REDIRECT.web}?state=a%26b`)
    const hinted = { post_logout_redirect_uri: REDIRECT.web, id_token_hint: hint({ aud: pages.mailer.id }) }
    expect((await signOut(hinted)).sentTo!.href).toBe(REDIRECT.web)
  })

  it.each([
    'https://evil.test',
    'https://app.test/web/',
    'https://app.test@evil.test/web',
    '//evil.test',
    'javascript:alert(1)',
    '',
  ])('goes nowhere else: not to %j', async (post_logout_redirect_uri) => {
    const shown = await signOut({ post_logout_redirect_uri, client_id: pages.mailer.id })
    expect(shown.status).toBe(200)
    expect(shown.sentTo).toBeUndefined()
    expect(shown.body).not.toContain('evil')
  })

  it('goes back to an app that the person went on to, which need not say who it is', async () => {
    expect((await signOut({ post_logout_redirect_uri: REDIRECT.web })).sentTo!.href).toBe(REDIRECT.web)
    expect((await signOut({ post_logout_redirect_uri: REDIRECT.web })).sentTo).toBeUndefined()
  })

  it('redirects nowhere for an unknown or missing app', async () => {
    await signOut()
    const back = { post_logout_redirect_uri: REDIRECT.web }
    for (const further of [{}, { client_id: 'x' }, { id_token_hint: 'x' }, { id_token_hint: hint({ aud: [1] }) }]) {
      expect((await signOut({ ...back, ...further })).sentTo).toBeUndefined()
    }
  })

  it('is told to the apps that the person went on to, by a frame, before the browser goes on', async () => {
    const web = { redirectUris: [REDIRECT.web], logoutUrl: 'https://app.test/out?x=1' }
    await pages.directory.apps.update(pages.tenant.id, pages.mailer.app.id, { properties: { web } })
    const { session } = (await pages.authorizations.sessions.find(
      pages.browser.cookies.get('__Host-postern-session')!,
    ))!
    const shown = await signOut({ post_logout_redirect_uri: REDIRECT.web })
    const [, src = ''] = /<iframe hidden title="" src="([^"]*)">/.exec(shown.body)!
    const said = new URL(src.replaceAll('&amp;', '&'))
    expect(said.origin + said.pathname).toBe('https://app.test/out')
    expect(Object.fromEntries(said.searchParams)).toEqual({
      x: '1',
      iss: `https://localhost:8443/${pages.tenant.id}/v2.0`,
      sid: session,
    })
    expect(shown.headers['content-security-policy']).toContain('; frame-src https://app.test;')
    expect(shown.body).toContain(`content="2;url=${REDIRECT.web}"`)
  })

  it.each([
    'javascript:alert(1)',
    'http://app.test/out',
    "https://a;script-src 'unsafe-inline'/",
    'https://a;b/',
    '',
    7,
  ])('is not told to %j', async (logoutUrl) => {
    const web = { redirectUris: [REDIRECT.web], logoutUrl }
    await pages.directory.apps.update(pages.tenant.id, pages.mailer.app.id, { properties: { web } })
    const shown = await signOut()
    expect(shown.title).toBe('You are signed out')
    expect(shown.body).not.toContain('<iframe')
    expect(shown.headers['content-security-policy']).not.toContain('frame-src')
  })

  it('that was posted is asked for once more with GET, so that the session is known', async () => {
    const shown = await pages.browser.post(v2, { post_logout_redirect_uri: REDIRECT.web, client_id: pages.mailer.id })
    expect(shown.sentTo!.href).toBe(REDIRECT.web)
    expect(pages.browser.cookies.has('__Host-postern-session')).toBe(false)
  })
})
