import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChromium, PersonAtBrowser, signIn } from './browser.ts'
import { claimsOf, EXCHANGE, GRAPH, type IdentityServer, openIdentityServer } from './identity-server.ts'
import { Program } from './program.ts'

const PHONE = { width: 320, height: 568 }

let stage: IdentityServer
let person: PersonAtBrowser

const asks = (scope: string): string => {
  const query = { client_id: stage.nativeApp, response_type: 'code', redirect_uri: 'http://localhost', scope }
  return `${stage.env.AUTHORITY}/oauth2/v2.0/authorize?${new URLSearchParams(query).toString()}`
}

describe.runIf(hasChromium)('the pages in Chromium', () => {
  beforeAll(async () => {
    stage = await openIdentityServer()
    person = await PersonAtBrowser.start()
  })
  afterAll(async () => {
    await person.close()
    await stage.close()
  })

  it('fit on a phone, use Japanese if the browser asks for it, and have its characters', async () => {
    const page = await person.visit(asks(`openid ${GRAPH}/Mail.Send`), { viewport: PHONE, locale: 'ja-JP' })
    const seen = [await looks(page)]
    await page.locator('input[name=userName]').fill(stage.person.login)
    await page.keyboard.press('Enter')
    await page.locator('input[name=password]').waitFor()
    seen.push(await looks(page))
    await page.locator('input[name=password]').fill(stage.person.password)
    await page.keyboard.press('Enter')
    await page.locator('button[value=accept]').waitFor()
    seen.push(await looks(page))
    for (const { language, width, title } of seen) {
      expect([language, width]).toEqual(['ja', PHONE.width])
      expect(title).toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/)
    }
    expect(new Set(seen.map(({ title }) => title)).size).toBe(3)
    await page.context().close()
  })

  it('are walked through with the keyboard alone, without scripts', async () => {
    const scopes = { SCOPES: `${EXCHANGE}/IMAP.AccessAsUser.All` }
    const program = Program.node('msal-node.ts', 'code', { ...stage.env, CLIENT_ID: stage.nativeApp, ...scopes })
    const [url] = await program.asks<[string]>()
    const page = await person.visit(url, { javaScriptEnabled: false })
    // The first field has the focus.
    for (const [field, text] of [
      ['userName', stage.person.login],
      ['password', stage.person.password],
    ] as const) {
      await page.locator(`input[name=${field}]:focus`).waitFor()
      await page.keyboard.type(text)
      await page.keyboard.press('Enter')
    }
    // The answer is posted to the program by a button, as no script presses it.
    await page.getByRole('button', { name: 'Continue' }).waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    const { accessToken } = await program.gets<{ accessToken: string }>()
    expect(claimsOf(accessToken)).toMatchObject({ upn: stage.person.login, scp: 'IMAP.AccessAsUser.All' })
    await page.context().close()
  })

  it('keep their own policy, and name every field for who cannot see it', async () => {
    const page = await person.visit(`${stage.env.AUTHORITY_HOST}/devicelogin`)
    const said: string[] = []
    page.on('console', (message) => said.push(message.text()))
    await page.getByLabel('Code').waitFor()
    await page.goto(asks(`openid ${GRAPH}/Mail.Send`))
    await page.getByLabel('User name').waitFor()
    await signIn(page, { ...stage.person, password: 'wrong' })
    const password = page.getByLabel('Password')
    expect(await password.getAttribute('aria-invalid')).toBe('true')
    expect(await page.getByRole('alert').innerText()).toContain('The user name or the password is wrong')
    await password.fill(stage.person.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Permissions requested')
    expect(said).toEqual([])
    await page.context().close()
  })
})

/** Measures a page as a person sees it. `width` exceeds the screen's if one has to scroll. */
const looks = async (page: Page): Promise<{ language: string; width: number; title: string }> => ({
  language: (await page.locator('html').getAttribute('lang')) ?? '',
  width: await page.locator('html').evaluate((html) => html.scrollWidth),
  title: await page.title(),
})
