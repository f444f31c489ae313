import { beforeEach, describe, expect, it } from 'vitest'
import { Browser, openSignInPages, type Page, type SignInPages } from '../../../../test/support/browser.ts'
import { MINUTE } from '../../../core/time.ts'

let pages: SignInPages
let browser: Browser

beforeEach(async () => {
  pages = await openSignInPages()
  browser = pages.browser
})

interface Started {
  readonly user_code: string
  readonly device_code: string
  readonly verification_uri: string
}

const start = async (scope = 'openid offline_access User.Read', tenant = 'contoso.test'): Promise<Started> => {
  const form = { client_id: pages.mailer.id, scope }
  return (await pages.ask(form, { tenant, endpoint: 'v2.0/devicecode' })).json<Started>()
}

const poll = ({ device_code }: Started) =>
  pages.ask({
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    client_id: pages.mailer.id,
    device_code,
  })

const enter = async (code: string, own = browser): Promise<Page> =>
  own.submit(await own.get('/devicelogin'), { code }, 'Next')

describe('a device code', () => {
  it('is entered where the device says, and shows which app asked, and from where', async () => {
    const started = await start()
    expect(new URL(started.verification_uri).pathname).toBe('/devicelogin')
    const shown = await enter(started.user_code)
    expect(shown.title).toBe('Sign in to Mailer?')
    expect(shown.text).toContain('requested this code from the address 127.0.0.1')
    expect((await poll(started)).json()).toMatchObject({ error: 'authorization_pending' })
  })

  it('lets the device in once the person has signed in and consented', async () => {
    const started = await start()
    const signIn = await browser.submit(await enter(started.user_code), {}, 'Continue')
    const consent = await pages.signIn(signIn)
    expect(consent.title).toBe('Permissions requested')
    const done = await browser.submit(consent, {}, 'Accept')
    expect(done.text).toContain('You have signed in to Mailer on your device. You may close this window.')
    pages.world.advance(5000)
    expect((await poll(started)).json()).toMatchObject({ token_type: 'Bearer', refresh_token: expect.any(String) })
    expect((await browser.submit(consent, {}, 'Accept')).text).toContain('AADSTS70019')
  })

  it('is taken in any letter case, with blanks and hyphens', async () => {
    const { user_code } = await start()
    const typed = ` ${user_code.slice(0, 4).toLowerCase()}-${user_code.slice(4)} `
    expect((await enter(typed)).title).toBe('Sign in to Mailer?')
    expect((await browser.get('/common/oauth2/deviceauth')).title).toBe('Enter the code')
  })

  it('never uses a signed-in session without asking which account to use', async () => {
    await pages.signIn(await browser.get(pages.authorize()))
    const { user_code } = await start()
    const picker = await browser.submit(await enter(user_code), {}, 'Continue')
    expect(picker.title).toBe('Choose an account')
    expect((await browser.submit(picker, {}, 'Ada')).title).toBe('Permissions requested')
  })

  it('that the person does not want is declined, before signing in and at the consent', async () => {
    const first = await start()
    const declined = await browser.submit(await enter(first.user_code), {}, 'Cancel')
    expect(declined.text).toContain('Mailer was not given access.')
    pages.world.advance(5000)
    expect((await poll(first)).json()).toMatchObject({ error: 'authorization_declined' })
    const second = await start()
    const consent = await pages.signIn(await browser.submit(await enter(second.user_code), {}, 'Continue'))
    expect((await browser.submit(consent, {}, 'Cancel')).title).toBe('Not signed in')
    pages.world.advance(5000)
    expect((await poll(second)).json()).toMatchObject({ error: 'authorization_declined' })
  })

  it('that ended meanwhile is told to the person', async () => {
    const { user_code } = await start()
    const signIn = await browser.submit(await enter(user_code), {}, 'Continue')
    pages.world.advance(15 * MINUTE)
    const late = await browser.submit(signIn, { userName: 'ada@contoso.test' }, 'Next')
    expect(late.text).toContain('AADSTS70019')
  })

  it('through organizations is for every user, and through one tenant for its users', async () => {
    pages = await openSignInPages({ signInAudience: 'AzureADMultipleOrgs' })
    browser = pages.browser
    const anywhere = await start(undefined, 'organizations')
    const consent = await pages.signIn(await browser.submit(await enter(anywhere.user_code), {}, 'Continue'))
    expect((await browser.submit(consent, {}, 'Accept')).title).toBe('You are signed in')
    const fabrikam = await pages.directory.tenants.create('Fabrikam', 'fabrikam.test')
    await pages.directory.servicePrincipals.create(fabrikam.id, { appId: pages.mailer.id })
    const elsewhere = await start(undefined, 'fabrikam.test')
    expect((await browser.submit(await enter(elsewhere.user_code), {}, 'Continue')).title).toBe('Sign in')
  })
})

describe('a wrong device code', () => {
  it('is told the same whether it never was one, was used, or ended', async () => {
    const used = await start()
    await browser.submit(await enter(used.user_code), {}, 'Cancel')
    const ended = await start()
    pages.world.advance(15 * MINUTE)
    const texts = await Promise.all(
      ['ABCDEFGHJ', used.user_code, ended.user_code, ''].map(async (code) => (await enter(code)).text),
    )
    expect(new Set(texts).size).toBe(1)
    expect(texts[0]).toContain('The code is wrong or has expired.')
  })

  it('is heard twenty times from one address, then no code is heard for a while, right or wrong', async () => {
    const { user_code } = await start()
    for (let guess = 0; guess < 20; guess++)
      expect((await enter(`GUESS${guess}`)).text).toContain('The code is wrong or has expired')
    expect((await enter('GUESS')).text).toContain('There were too many wrong codes from here.')
    expect((await enter(user_code, new Browser(pages))).text).toContain('There were too many wrong codes from here.')
    pages.world.advance(15 * MINUTE)
    expect((await enter((await start()).user_code)).title).toBe('Sign in to Mailer?')
  })

  it('on a form of another browser is not looked at', async () => {
    const { user_code } = await start()
    const form = await new Browser(pages).get('/devicelogin')
    expect((await browser.submit(form, { code: user_code })).text).toContain('AADSTS50089')
    const confirm = await enter(user_code)
    expect((await new Browser(pages).submit(confirm, {}, 'Continue')).text).toContain('AADSTS50089')
  })
})
