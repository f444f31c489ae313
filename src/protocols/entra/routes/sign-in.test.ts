import { beforeEach, describe, expect, it } from 'vitest'
import { Browser, openSignInPages, type Page, type SignInPages } from '../../../../test/support/browser.ts'
import { GRAPH } from '../../../../test/support/access.ts'
import { PASSWORD } from '../../../../test/support/token-service.ts'
import { HOUR } from '../../../core/time.ts'

let pages: SignInPages
let browser: Browser

beforeEach(async () => {
  pages = await openSignInPages()
  browser = pages.browser
  await pages.consent(pages.mailer, GRAPH, 'User.Read', 'openid', 'profile')
})

const begin = (own = browser): Promise<Page> => own.get(pages.authorize())
const signedIn = ({ sentTo }: Page): boolean => sentTo?.searchParams.has('code') ?? false
const session = (own = browser): string | undefined => own.cookies.get('__Host-postern-session')

/** The page without what differs from one showing to the next. */
const comparable = ({ status, body }: Page): string =>
  `${status} ${body.replaceAll(/name="formState" value="[^"]*"/g, '').replaceAll(/\w+@contoso\.test/g, '(name)')}`

const codesOf = (found: readonly { readonly errorCode: number }[]): number[] =>
  found.map(({ errorCode }) => errorCode).sort((one, other) => one - other)

const person = (userPrincipalName: string, further: { accountEnabled?: boolean; mustChangePassword?: boolean } = {}) =>
  pages.directory.users.create(pages.tenant.id, {
    userPrincipalName,
    displayName: userPrincipalName,
    mailNickname: userPrincipalName.split('@')[0]!,
    accountEnabled: true,
    password: PASSWORD,
    ...further,
  })

/** The newest first. */
const records = async () => {
  await pages.signIns.settled()
  return pages.signIns.page(pages.tenant.id, { limit: 50 })
}

describe('signing in', () => {
  it('asks for the user name, then for the password', async () => {
    const first = await begin()
    expect(first.title).toBe('Sign in')
    expect(first.text).toContain('to continue to Mailer')
    const second = await browser.submit(first, { userName: ' ada@contoso.test ' })
    expect(second.title).toBe('Enter your password')
    expect(second.forms[0]!.fields.userName).toBe('ada@contoso.test')
    expect(signedIn(await browser.submit(second, { password: PASSWORD }, 'Sign in'))).toBe(true)
  })

  it('says what is missing beside the field, where screen readers find it', async () => {
    const again = await browser.submit(await begin(), { userName: 'ada' })
    expect(again.text).toContain('Enter your user name, in the form of an email address.')
    expect(again.body).toContain('role="alert"')
    expect(again.body).toMatch(/id="userName"[^>]*aria-invalid="true" aria-describedby="problem"/s)
    const empty = await browser.submit(await browser.submit(again, { userName: 'ada@contoso.test' }), {}, 'Sign in')
    expect(empty.text).toContain('Enter your password.')
  })

  it('goes back to the user name for another account', async () => {
    const second = await browser.submit(await begin(), { userName: 'bob@contoso.test' })
    const other = await browser.submit(second, {}, 'Use another account')
    expect(other.title).toBe('Sign in')
    expect(signedIn(await pages.signIn(other))).toBe(true)
  })

  it('leaves a cookie that no script reads, no other host sets, and that needs TLS', async () => {
    const second = await browser.submit(await begin(), { userName: 'ada@contoso.test' })
    const done = await browser.submit(second, { password: PASSWORD }, 'Sign in')
    expect(done.headers['set-cookie']).toMatch(
      /^__Host-postern-session=[\w.-]{40,}; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
    )
  })

  it('is on record as a person’s, granted and refused', async () => {
    await pages.signIn(await begin(), { password: 'wrong' })
    pages.world.advance(1000)
    await pages.signIn(await begin())
    const [granted, refused] = await records()
    expect(granted).toMatchObject({ kind: 'interactiveUser', outcome: 'granted', errorCode: 0 })
    expect(granted!.user).toMatchObject({ id: pages.user.id, userPrincipalName: 'ada@contoso.test' })
    expect(granted!.app).toMatchObject({ appId: pages.mailer.id })
    expect(refused).toMatchObject({ kind: 'interactiveUser', outcome: 'refused', errorCode: 50126, failed: 'user' })
  })

  it('tells nothing of passwords to the record', async () => {
    await pages.signIn(await begin(), { password: 'a-secret-guess' })
    expect(JSON.stringify(await records())).not.toContain('a-secret-guess')
  })

  it('is over with the account: switched off, or with another password', async () => {
    await pages.signIn(await begin())
    expect(signedIn(await begin())).toBe(true)
    pages.world.advance(1000)
    await pages.directory.users.update(pages.tenant.id, pages.user.id, { password: 'Another-Horse-8' })
    expect((await begin()).title).toBe('Sign in')
    expect(signedIn(await pages.signIn(await begin(), { password: 'Another-Horse-8' }))).toBe(true)
    await pages.directory.users.update(pages.tenant.id, pages.user.id, { accountEnabled: false })
    expect((await begin()).title).toBe('Sign in')
  })
})

describe('who is not let in', () => {
  it('is told the same, whether there is such a person, and whether that person is locked', async () => {
    await person('locked@contoso.test')
    for (let guess = 0; guess < 12; guess++) {
      await pages.directory.users.checkPassword(pages.tenant.id, 'locked@contoso.test', `guess ${guess}`)
    }
    const answers = []
    for (const userName of ['ada@contoso.test', 'nobody@contoso.test', 'locked@contoso.test']) {
      const second = await browser.submit(await begin(), { userName })
      const third = await browser.submit(second, { password: 'wrong' }, 'Sign in')
      answers.push([comparable(second), comparable(third)])
    }
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
    expect(codesOf(await records())).toEqual([50034, 50053, 50126])
  })

  it('costs the same look-ups, through a path of one tenant and through everybody’s', async () => {
    const others = await openSignInPages({ signInAudience: 'AzureADMultipleOrgs' })
    const { users } = others.directory
    const calls: string[] = []
    for (const name of ['find', 'findAnywhere', 'checkPassword'] as const) {
      const real = users[name].bind(users) as (...args: unknown[]) => unknown
      Object.assign(users, { [name]: (...args: unknown[]) => (calls.push(name), real(...args)) })
    }
    for (const tenant of ['contoso.test', 'common']) {
      const made = []
      for (const userName of ['ada@contoso.test', 'nobody@contoso.test', 'nobody@nowhere.test']) {
        const first = await others.browser.get(others.authorize({}, `/${tenant}/oauth2/v2.0/authorize`))
        const second = await others.browser.submit(first, { userName })
        calls.length = 0
        await others.browser.submit(second, { password: 'wrong' }, 'Sign in')
        made.push(calls.join(' '))
      }
      expect(made[0]).toContain('checkPassword')
      expect(new Set(made).size).toBe(1)
    }
  })

  it('is a person who is locked, with the right password too', async () => {
    for (let guess = 0; guess < 10; guess++) await pages.signIn(await begin(), { password: 'wrong' })
    const refused = await pages.signIn(await begin())
    expect(refused.text).toContain('there were too many attempts')
    expect(session()).toBeUndefined()
    pages.world.advance(61_000)
    expect(signedIn(await pages.signIn(await begin()))).toBe(true)
  })

  it('hears that the account is switched off only with the right password', async () => {
    await person('off@contoso.test', { accountEnabled: false })
    const userName = 'off@contoso.test'
    expect((await pages.signIn(await begin(), { userName, password: 'wrong' })).text).not.toContain('is disabled')
    expect((await pages.signIn(await begin(), { userName })).text).toContain('This account is disabled.')
    expect(codesOf(await records())).toEqual([50057, 50126])
    expect(session()).toBeUndefined()
  })

  it('is a person of another tenant', async () => {
    const fabrikam = await pages.directory.tenants.create('Fabrikam', 'fabrikam.test')
    await pages.directory.users.create(fabrikam.id, {
      userPrincipalName: 'eve@fabrikam.test',
      displayName: 'Eve',
      mailNickname: 'eve',
      accountEnabled: true,
      password: PASSWORD,
    })
    const refused = await pages.signIn(await begin(), { userName: 'eve@fabrikam.test' })
    expect(refused.text).toContain('The user name or the password is wrong')
  })
})

describe('a password that has to be changed', () => {
  const userName = 'new@contoso.test'
  beforeEach(() => person(userName, { mustChangePassword: true }))

  const change = async (fields: Record<string, string>, shown?: Page): Promise<Page> =>
    browser.submit(shown ?? (await pages.signIn(await begin(), { userName })), fields, 'Change and sign in')

  it('is changed on a page of its own, after which the person is signed in', async () => {
    const asked = await pages.signIn(await begin(), { userName })
    expect(asked.title).toBe('Choose a new password')
    expect(session()).toBeUndefined()
    expect((await records()).map(({ errorCode }) => errorCode)).toEqual([50055])
    await change({ password: PASSWORD, newPassword: 'Another-Horse-8', again: 'Another-Horse-8' }, asked)
    expect(session()).toBeDefined()
    const again = await pages.signIn(await browser.get(pages.authorize({ prompt: 'login' })), {
      userName,
      password: 'Another-Horse-8',
    })
    expect(again.title).toBe('Permissions requested')
  })

  it.each([
    [
      { password: PASSWORD, newPassword: 'One-Horse-9', again: 'Two-Horse-9' },
      'The two new passwords are not the same.',
    ],
    [{ password: PASSWORD, newPassword: PASSWORD, again: PASSWORD }, 'must be different from the current one'],
    [{ password: PASSWORD, newPassword: 'x'.repeat(2000), again: 'x'.repeat(2000) }, 'This password is not allowed.'],
    [{ password: 'wrong', newPassword: 'One-Horse-9', again: 'One-Horse-9' }, 'The user name or the password is wrong'],
    [{ password: PASSWORD, newPassword: '', again: '' }, 'This password is not allowed.'],
  ])('is not changed by %j', async (fields, why) => {
    const again = await change(fields)
    expect(again.title).toBe('Choose a new password')
    expect(again.text).toContain(why)
    expect(session()).toBeUndefined()
  })
})

const refusedPage = (shown: Page): void => {
  expect(shown.status).toBe(400)
  expect(shown.title).toBe('You cannot be signed in')
  expect(shown.text).toContain('AADSTS50089')
  expect(shown.sentTo).toBeUndefined()
}

describe('a form', () => {
  it('is refused from another browser, also from one that is signed in', async () => {
    const attacker = new Browser(pages)
    const second = await attacker.submit(await begin(attacker), { userName: 'ada@contoso.test' })
    refusedPage(await new Browser(pages).submit(second, { password: PASSWORD }, 'Sign in'))
    await pages.signIn(await begin())
    refusedPage(await browser.submit(second, { password: PASSWORD }, 'Sign in'))
  })

  it('is refused without the browser’s cookie, without its seal, and with a seal that was changed', async () => {
    const shown = await begin()
    const { formState = '' } = shown.forms[0]!.fields
    refusedPage(await browser.post('/sign-in/user-name', { userName: 'ada@contoso.test' }))
    refusedPage(await browser.post('/sign-in/user-name', { formState: '', userName: 'ada@contoso.test' }))
    refusedPage(await browser.post('/sign-in/user-name', { formState: 'x', userName: 'ada@contoso.test' }))
    const bytes = Buffer.from(formState, 'base64url')
    for (const at of [0, 31, 32, 60, bytes.length - 1]) {
      const changed = Buffer.from(bytes)
      changed[at]! ^= 1
      refusedPage(
        await browser.post('/sign-in/user-name', { formState: changed.toString('base64url'), userName: 'a@b.c' }),
      )
    }
    browser.cookies.clear()
    refusedPage(await browser.submit(shown, { userName: 'ada@contoso.test' }))
  })

  it('is good for its own step only', async () => {
    const { formState = '' } = (await begin()).forms[0]!.fields
    for (const step of ['password', 'new-password', 'account', 'consent', 'device']) {
      refusedPage(
        await browser.post(`/sign-in/${step}`, { formState, password: PASSWORD, answer: 'accept', account: 'current' }),
      )
    }
    refusedPage(await browser.post('/devicelogin', { formState, code: 'ABCDEFGHJ' }))
  })

  it('is good for an hour', async () => {
    const shown = await begin()
    pages.world.advance(HOUR)
    const second = await browser.submit(shown, { userName: 'ada@contoso.test' })
    expect(second.title).toBe('Enter your password')
    pages.world.advance(3_600_001)
    refusedPage(await browser.submit(second, { password: PASSWORD }, 'Sign in'))
  })

  it('is asked for again where somebody goes back to where it led', async () => {
    refusedPage(await browser.get('/sign-in/password'))
  })

  it('that is too large, or has a field twice, is refused', async () => {
    const { formState = '' } = (await begin()).forms[0]!.fields
    const twice = await pages.http.inject({
      method: 'POST',
      url: '/sign-in/user-name',
      headers: { 'content-type': 'application/x-www-form-urlencoded', host: 'localhost:8443' },
      payload: `formState=${formState}&formState=${formState}`,
    })
    expect(twice.statusCode).toBe(400)
    expect(twice.body).toContain('AADSTS9002313')
    const large = await browser.post('/sign-in/user-name', { formState: 'x'.repeat(70_000) })
    expect(large.status).toBe(413)
  })

  it('of the consent page is refused after a sign-out, and for another user who signed in since', async () => {
    await person('bob@contoso.test')
    const consent = async () => {
      await pages.signIn(await begin())
      return browser.get(pages.authorize({ scope: 'Mail.Read' }))
    }
    const asked = await consent()
    await browser.get('/contoso.test/oauth2/v2.0/logout')
    expect((await browser.submit(asked, {}, 'Accept')).title).toBe('Sign in')
    await pages.signIn(await begin(), { userName: 'bob@contoso.test' })
    expect((await browser.submit(asked, {}, 'Accept')).title).toBe('Sign in')
    const consents = await pages.directory.consents.page(pages.tenant.id, {
      limit: 100,
      where: { client: pages.mailer.principal.id },
    })
    expect(consents.flatMap(({ scopes }) => scopes)).not.toContain('Mail.Read')
  })

  it('with a password, sent again, signs in again and ends the sign-in before', async () => {
    const second = await browser.submit(await begin(), { userName: 'ada@contoso.test' })
    await browser.submit(second, { password: PASSWORD }, 'Sign in')
    const before = session()!
    await browser.submit(second, { password: PASSWORD }, 'Sign in')
    expect(session()).not.toBe(before)
    expect(await pages.authorizations.sessions.find(before)).toBeUndefined()
  })
})

describe('a session', () => {
  it('that was there before the sign-in is never the one that is signed in', async () => {
    const first = await begin()
    browser.cookies.set('__Host-postern-session', 'prepared-by-somebody')
    expect(signedIn(await pages.signIn(first))).toBe(true)
    expect(session()).not.toBe('prepared-by-somebody')
    const attacker = new Browser(pages)
    attacker.cookies.set('__Host-postern-session', 'prepared-by-somebody')
    expect((await begin(attacker)).title).toBe('Sign in')
  })

  it('of two with one name counts as none', async () => {
    await pages.signIn(await begin())
    browser.cookies.set('x', `1; __Host-postern-session=${session()}`)
    expect((await begin()).title).toBe('Sign in')
  })

  it('of the account picker is the one that was shown', async () => {
    await person('bob@contoso.test')
    await pages.signIn(await begin())
    const picker = await browser.get(pages.authorize({ prompt: 'select_account' }))
    await pages.signIn(await browser.get(pages.authorize({ prompt: 'login' })), { userName: 'bob@contoso.test' })
    expect((await browser.submit(picker, {}, 'Ada')).title).toBe('Sign in')
  })
})
