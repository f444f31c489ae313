import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Browser, openSignInPages, type Page, type SignInPages } from '../../../../test/support/browser.ts'
import { PASSWORD, REDIRECT } from '../../../../test/support/token-service.ts'
import { anyText } from '../../../../test/support/any-text.ts'

const HOSTILE = `"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}</title></style>\0&lt;`

const open = () => openSignInPages({ displayName: `Mailer ${HOSTILE.replaceAll('\0', '')}`.slice(0, 100) })

/** A page of each kind, with hostile text wherever it takes any. */
async function everyPage(pages: SignInPages): Promise<Page[]> {
  const { browser } = pages
  const shown: Page[] = []
  const see = (page: Page): Page => {
    shown.push(page)
    return page
  }
  const name = see(
    await browser.get(pages.authorize({ state: HOSTILE, nonce: HOSTILE, mkt: HOSTILE, domain_hint: HOSTILE })),
  )
  see(await browser.submit(name, { userName: HOSTILE }))
  const password = see(await browser.submit(name, { userName: `${HOSTILE.replaceAll(/\s|\0/g, '')}@contoso.test` }))
  see(await browser.submit(password, { password: HOSTILE }, 'Sign in'))
  see(await pages.signIn(name))
  see(await browser.get(pages.authorize({ prompt: 'select_account' })))
  see(await browser.get(pages.authorize({ scope: 'User.Read.All' })))
  const consent = await browser.get(pages.authorize({ response_mode: 'form_post', state: HOSTILE }))
  see(await browser.submit(consent, {}, 'Accept'))
  see(await browser.submit(await browser.get(pages.authorize({ state: HOSTILE, prompt: 'consent' })), {}, 'Accept'))
  for (const wrong of ['client_id', 'redirect_uri']) see(await browser.get(pages.authorize({ [wrong]: HOSTILE })))
  see(await browser.get(pages.authorize({}, `/${encodeURIComponent(HOSTILE)}/oauth2/v2.0/authorize`)))
  see(await browser.submit(await browser.get('/devicelogin'), { code: HOSTILE }))
  see(await browser.get('/contoso.test/oauth2/v2.0/logout'))
  see(
    await browser.get(
      `/contoso.test/adminconsent?redirect_uri=${encodeURIComponent(REDIRECT.web)}&client_id=${pages.mailer.id}`,
    ),
  )
  see(await browser.get(`/common/oauth2/nativeclient?error=${encodeURIComponent(HOSTILE)}`))
  see(await browser.get(`/error?code=${encodeURIComponent(HOSTILE)}`))
  see(await browser.get('/error?code=50011'))
  see(await browser.get('/sign-in/password'))
  return shown
}

describe('every page', () => {
  it('shows hostile text as text, wherever it came from', async () => {
    const shown = await everyPage(await open())
    expect(new Set(shown.map(({ title }) => title)).size).toBeGreaterThanOrEqual(11)
    expect(shown[0]!.text).toContain('<script>alert(1)</script>')
    for (const { body } of shown) {
      expect(body.match(/<script/g)?.length ?? 0).toBe(body.includes('document.forms[0].submit()') ? 1 : 0)
      expect(body).not.toContain('<img')
      expect(body.match(/<\/title>/g)).toHaveLength(1)
      expect(body.match(/<\/style>/g)).toHaveLength(1)
      expect(body).not.toContain('\0')
    }
  })

  it('may not be framed, may load and run nothing, tells nobody where it was, and is not kept', async () => {
    for (const { headers, title } of await everyPage(await open())) {
      const policy = String(headers['content-security-policy'])
      expect(policy, title).toMatch(
        /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; frame-ancestors 'none'; /,
      )
      expect(policy).not.toMatch(/unsafe|\*|https?:/)
      expect(headers).toMatchObject({
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'content-type': 'text/html; charset=utf-8',
      })
      expect(headers['cache-control']).toContain('no-store')
      expect(headers['access-control-allow-origin']).toBeUndefined()
    }
  })

  it('names its language, is made for small screens, and has a heading and labels', async () => {
    for (const { body } of await everyPage(await open())) {
      expect(body).toMatch(/<html lang="en">/)
      expect(body).toContain('name="viewport" content="width=device-width, initial-scale=1"')
      expect(body.match(/<h1>/g)).toHaveLength(1)
      const fields = [...body.matchAll(/<input\s[^>]*\bid="(\w+)"/g)].map(([, id]) => id)
      for (const id of fields) expect(body).toContain(`<label for="${id}">`)
    }
  })

  it('is in Japanese if a parameter or the browser asks for it', async () => {
    const pages = await open()
    const browser = new Browser(pages, { 'accept-language': 'ja-JP,ja;q=0.9' })
    expect((await browser.get(pages.authorize())).title).toBe('サインイン')
    const asked = await pages.browser.get(pages.authorize({ ui_locales: 'ja' }))
    expect(asked.body).toContain('<html lang="ja">')
    const second = await pages.browser.submit(asked, { userName: 'ada@contoso.test' })
    expect(second.title).toBe('パスワードの入力')
    const consent = await pages.browser.submit(second, { password: PASSWORD }, 'サインイン')
    expect(consent.title).toBe('要求されているアクセス許可')
    expect((await browser.get('/error?code=1')).text).toContain('このエラー コードは存在しません。')
  })
})

describe('a fault of ours', () => {
  it('is told to the person without what happened, and to nobody else', async () => {
    const pages = await openSignInPages()
    await pages.signIn(await pages.browser.get(pages.authorize()))
    Object.assign(pages.authorizations.sessions, { find: () => Promise.reject(new Error('inner workings')) })
    const shown = await pages.browser.get(pages.authorize())
    expect(shown.status).toBe(500)
    expect(shown.text).toContain('AADSTS50000')
    expect(shown.body).not.toContain('inner workings')
    expect(shown.sentTo).toBeUndefined()
  })
})

describe('whatever is asked', () => {
  const values = fc.oneof(
    fc.constantFrom(
      'code',
      'id_token',
      'none',
      'login',
      'query',
      'fragment',
      'form_post',
      'openid User.Read',
      '1',
      HOSTILE,
    ),
    fc.constantFrom(REDIRECT.web, REDIRECT.spa, `${REDIRECT.publicClient}:1234`, 'https://evil.test', '//evil.test'),
    anyText(),
  )
  const names =
    'client_id redirect_uri response_type response_mode scope state nonce prompt login_hint max_age code_challenge ' +
    'code_challenge_method resource mkt ui_locales x'
  const queries = fc.array(fc.tuple(fc.constantFrom(...names.split(' ')), values), { maxLength: 12 })

  it('is answered by a page, or sent to where an app has registered', async () => {
    const pages = await open()
    const known = [REDIRECT.web, REDIRECT.spa].map((uri) => new URL(uri).origin)
    const endpoints = 'oauth2/v2.0/authorize oauth2/authorize adminconsent v2.0/adminconsent oauth2/v2.0/logout'
    const asker = { client_id: pages.mailer.id, redirect_uri: REDIRECT.web }
    const byTheApp = queries.map((query) => [...Object.entries(asker), ...query.filter(([name]) => !(name in asker))])
    let redirects = 0
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...endpoints.split(' ')), fc.oneof(queries, byTheApp), async (path, query) => {
        const asked = new URLSearchParams(query)
        const shown = await pages.browser.get(`/contoso.test/${path}?${asked.toString()}`)
        expect([200, 302, 400, 401]).toContain(shown.status)
        if (shown.sentTo) redirects += 1
        if (shown.sentTo) expect([...known, 'http://localhost:1234']).toContain(shown.sentTo.origin)
        else expect(shown.headers['content-type']).toBe('text/html; charset=utf-8')
      }),
      { numRuns: 500 },
    )
    expect(redirects).toBeGreaterThan(50)
  })

  it('is refused where a form is not ours', async () => {
    const pages = await open()
    await pages.browser.get(pages.authorize())
    const steps = ['user-name', 'password', 'new-password', 'account', 'consent', 'device']
    const fields = fc.dictionary(fc.constantFrom('formState', 'userName', 'password', 'answer', 'account'), values)
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...steps), fields, async (step, given) => {
        const shown = await pages.browser.post(`/sign-in/${step}`, given)
        expect(shown.status).toBe(400)
        expect(shown.text).toContain('AADSTS50089')
      }),
      { numRuns: 100 },
    )
  })
})
