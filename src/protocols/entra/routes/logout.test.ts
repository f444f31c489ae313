import { beforeEach, describe, expect, it } from 'vitest'
import { openPages, type Pages } from '../../../../test/support/pages.ts'
import { GRAPH, REDIRECT } from '../../../../test/support/people.ts'
import { writeObject } from '../../../codecs/jwt/compact.ts'

let pages: Pages

beforeEach(async () => {
  pages = await openPages()
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

  it('goes nowhere for an app that is not known, or is none', async () => {
    await signOut()
    const back = { post_logout_redirect_uri: REDIRECT.web }
    for (const further of [{}, { client_id: 'x' }, { id_token_hint: 'x' }, { id_token_hint: hint({ aud: [1] }) }]) {
      expect((await signOut({ ...back, ...further })).sentTo).toBeUndefined()
    }
  })

  it('that was posted is asked for once more with GET, so that the session is known', async () => {
    const shown = await pages.browser.post(v2, { post_logout_redirect_uri: REDIRECT.web, client_id: pages.mailer.id })
    expect(shown.sentTo!.href).toBe(REDIRECT.web)
    expect(pages.browser.cookies.has('__Host-postern-session')).toBe(false)
  })
})
