import { describe, expect, it } from 'vitest'
import type { Browser, Page } from '../support/browser.ts'
import { PASSWORD, AttackSetup, WEB } from './attack-setup.ts'

const formOf = (shown: Page): { action: string; fields: Record<string, string> } => {
  const [form] = shown.forms
  return { action: form!.action, fields: { ...form!.fields } }
}

/** The page that asks Ada for her consent, in her own browser. */
async function askedToConsent(scene: AttackSetup): Promise<{ browser: Browser; shown: Page }> {
  const browser = scene.browser()
  const url = scene.authorizeUrl({ scope: 'openid https://outlook.office365.com/SMTP.Send' })
  return { browser, shown: await scene.signIn(browser, await browser.get(url)) }
}

const grantsOf = async ({ context, mailer }: AttackSetup): Promise<number> => {
  const principal = await context.directory.servicePrincipals.find(context.tenant.id, { appId: mailer.id })
  return (await context.directory.consents.page(context.tenant.id, { limit: 100, where: { client: principal!.id } }))
    .length
}

describe('a forged form of another site', () => {
  it('consents to nothing, since the browser that posts it was not asked', async () => {
    const scene = await AttackSetup.open()
    const { browser: adas } = await askedToConsent(scene)
    const attackers = scene.browser()
    const page = await scene.signIn(
      attackers,
      await attackers.get(scene.authorizeUrl({ scope: 'openid https://outlook.office365.com/SMTP.Send' })),
    )
    const before = await grantsOf(scene)
    const { action, fields } = formOf(page)
    const shown = await adas.post(action, { ...fields, answer: 'accept' })
    expect(shown.sentTo).toBeUndefined()
    expect(shown.text).toContain('AADSTS50089')
    expect(await grantsOf(scene)).toBe(before)
  })

  it('consents to nothing without what stood in the page', async () => {
    const scene = await AttackSetup.open()
    const { browser, shown } = await askedToConsent(scene)
    const before = await grantsOf(scene)
    const { action, fields } = formOf(shown)
    for (const formState of [
      '',
      'x',
      `${fields.formState!.startsWith('A') ? 'B' : 'A'}${fields.formState!.slice(1)}`,
      fields.formState!.slice(0, -2),
      Buffer.alloc(64).toString('base64url'),
    ]) {
      const answer = await browser.post(action, { answer: 'accept', formState })
      expect(answer.text).toContain('AADSTS50089')
    }
    expect(await grantsOf(scene)).toBe(before)
  })

  it('signs nobody in to an attacker’s account: the page was made for the attacker’s browser', async () => {
    const scene = await AttackSetup.open()
    await scene.person('mallory@contoso.test')
    const attackers = scene.browser()
    const page = await attackers.submit(await attackers.get(scene.authorizeUrl()), { userName: 'mallory@contoso.test' })
    const { action, fields } = formOf(page)
    const victims = scene.browser()
    await victims.get(scene.authorizeUrl())
    const shown = await victims.post(action, { ...fields, password: PASSWORD })
    expect(shown.text).toContain('AADSTS50089')
    expect([...victims.cookies.keys()].filter((name) => name.includes('session'))).toEqual([])
  })

  it('is not taken as another step than the one that its page was for', async () => {
    const scene = await AttackSetup.open()
    const { browser, shown } = await askedToConsent(scene)
    const { fields } = formOf(shown)
    for (const step of ['user-name', 'password', 'new-password', 'account', 'device']) {
      const answer = await browser.post(`/sign-in/${step}`, { ...fields, answer: 'accept', password: PASSWORD })
      expect([step, answer.text.includes('AADSTS50089')]).toEqual([step, true])
    }
  })

  it('is not taken an hour later', async () => {
    const scene = await AttackSetup.open()
    const { browser, shown } = await askedToConsent(scene)
    scene.context.world.advance(3_600_001)
    const { action, fields } = formOf(shown)
    expect((await browser.post(action, { ...fields, answer: 'accept' })).text).toContain('AADSTS50089')
  })

  it('approves no device in a browser that is signed in', async () => {
    const scene = await AttackSetup.open()
    const device = await scene.register({ displayName: 'TV', properties: { isFallbackPublicClient: true } })
    await scene.consent(device, 'https://outlook.office365.com', 'IMAP.AccessAsUser.All')
    const adas = scene.browser()
    await scene.code({}, adas)
    const { device_code, user_code } = await scene.device(device)
    const shown = await adas.get(`/devicelogin?code=${user_code}`)
    expect(shown.text).not.toContain('All done')
    await adas.post('/devicelogin', { code: user_code })
    expect((await scene.poll(device, device_code)).json().error).toBe('authorization_pending')
  })
})

describe('a session that an attacker prepared', () => {
  it('is not the one that a person gets by signing in', async () => {
    const scene = await AttackSetup.open()
    const attackers = scene.browser()
    await scene.person('mallory@contoso.test')
    await scene.signIn(attackers, await attackers.get(scene.authorizeUrl()), 'mallory@contoso.test')
    const prepared = new Map(attackers.cookies)
    const victims = scene.browser()
    for (const [name, value] of prepared) victims.cookies.set(name, value)
    await scene.signIn(victims, await victims.get(scene.authorizeUrl({ prompt: 'login' })))
    const session = [...victims.cookies].find(([name]) => name.includes('session'))!
    expect(session[1]).not.toBe(prepared.get(session[0]))
    const { sentTo } = await attackers.get(scene.authorizeUrl({ prompt: 'none', login_hint: 'ada@contoso.test' }))
    expect(sentTo?.searchParams.get('error')).toBe('login_required')
  })

  it('does not exist when its value was made up', async () => {
    const scene = await AttackSetup.open()
    const browser = scene.browser()
    for (const value of ['', 'x', 'A'.repeat(43), '../../etc/passwd', "' or 1=1 --"]) {
      browser.cookies.set('__Host-postern-session', value)
      const { sentTo } = await browser.get(scene.authorizeUrl({ prompt: 'none' }))
      expect(sentTo?.searchParams.get('error')).toBe('login_required')
    }
  })

  it('ends with the sign-out, also for a copy of its cookie', async () => {
    const scene = await AttackSetup.open()
    const browser = scene.browser()
    await scene.code({}, browser)
    const copied = scene.browser()
    for (const [name, value] of browser.cookies) copied.cookies.set(name, value)
    expect((await copied.get(scene.authorizeUrl({ prompt: 'none' }))).sentTo?.searchParams.has('code')).toBe(true)
    await browser.get('/common/oauth2/v2.0/logout')
    const { sentTo } = await copied.get(scene.authorizeUrl({ prompt: 'none' }))
    expect(sentTo?.searchParams.get('error')).toBe('login_required')
  })
})

describe('a page where people type passwords or consent', () => {
  it('is framed by nobody, runs nothing, loads nothing and is kept by nobody', async () => {
    const scene = await AttackSetup.open()
    const browser = scene.browser()
    const names = await browser.get(scene.authorizeUrl())
    const password = await browser.submit(names, { userName: 'ada@contoso.test' })
    const { shown: consent } = await askedToConsent(scene)
    for (const { headers } of [names, password, consent, await browser.get('/devicelogin')]) {
      const policy = String(headers['content-security-policy'])
      expect(policy).toMatch(/default-src 'none'/)
      expect(policy).toMatch(/frame-ancestors 'none'/)
      expect(policy).toMatch(/base-uri 'none'/)
      expect(policy).toMatch(/form-action 'self'/)
      expect(policy).not.toMatch(/unsafe|script-src|\*/)
      expect(headers).toMatchObject({
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store, no-cache',
        'x-content-type-options': 'nosniff',
      })
    }
  })

  it('has cookies that no script reads, no plain connection carries and no other site sends', async () => {
    const scene = await AttackSetup.open()
    const answer = await scene.context.http.inject({ url: scene.authorizeUrl(), headers: { host: 'localhost:8443' } })
    const cookies = [answer.headers['set-cookie'] ?? []].flat()
    expect(cookies.length).toBeGreaterThan(0)
    for (const cookie of cookies) {
      expect(cookie).toMatch(/^__Host-[\w-]+=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/)
    }
  })

  it('never puts a code into an address that it refers from', async () => {
    const scene = await AttackSetup.open()
    const browser = scene.browser()
    const shown = await scene.signIn(browser, await browser.get(scene.authorizeUrl()))
    expect(shown.sentTo?.origin).toBe(new URL(WEB).origin)
    expect(shown.headers['referrer-policy']).toBe('no-referrer')
  })
})
