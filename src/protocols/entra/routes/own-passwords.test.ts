import { describe, expect, it } from 'vitest'
import { Browser, openSignInPages } from '../../../../test/support/browser.ts'
import { HOUR } from '../../../core/time.ts'
import type { RetirementTerms } from '../../../domain/directory/types.ts'

const PAGE = '/contoso.test/own-passwords'

/** Ada, who has a mailbox, and a plan that has ended passwords over IMAP4 and POP3 an hour ago. */
async function open(terms: Partial<RetirementTerms> = {}) {
  const pages = await openSignInPages()
  const { directory, tenant, user, world } = pages
  await directory.mailboxes.enable(tenant.id, user.id, {})
  const now = world.now()
  const dates = { Imap: now - HOUR, Pop: now - HOUR, Smtp: now + 24 * HOUR }
  const plan = { dates, waves: [], brownOuts: [], cutOff: now + 48 * HOUR, selfService: true }
  await directory.retirementPlans.create(tenant.id, { ...plan, ...terms }, {})
  const own = async () => (await directory.retirementPlans.of(tenant.id))?.ownReEnabled ?? {}
  return { ...pages, own, arrive: async () => pages.signIn(await pages.browser.get(PAGE)) }
}

describe('the page of one’s own passwords', () => {
  it('asks who comes, and turns a retired protocol on again for their own mailbox, once', async () => {
    const { arrive, browser, own, directory, tenant, user, world } = await open()
    const shown = await arrive()
    expect(shown.title).toBe('Passwords for your mail')
    expect(shown.text).toContain('Programs can no longer open ada@contoso.test with your password')
    expect(shown.text).toContain('until Thursday, 26 November 2026 at 08:00 UTC')
    expect(shown.forms[0]!.buttons.map(({ text }) => text)).toEqual(['Turn on IMAP4', 'Turn on POP3'])

    const done = await browser.submit(shown, {}, 'IMAP4')
    expect(done.title).toBe('Turned on again')
    expect(Object.values(await own())).toEqual([{ Imap: world.now() }])
    const [record] = await directory.audits.page(tenant.id, { limit: 1 })
    expect(record).toMatchObject({ activity: 'Enable-OwnBasicAuth', actor: { kind: 'user', id: user.id } })

    const again = await browser.submit(shown, {}, 'IMAP4')
    expect(again.forms[0]!.buttons.map(({ text }) => text)).toEqual(['Turn on POP3'])
  })

  it.each([
    ['the plan lets nobody', { selfService: false }],
    ['nothing has ended yet', { dates: { Imap: Date.UTC(2026, 10, 25) } }],
  ])('has nothing to turn on where %s', async (_, terms) => {
    const { arrive } = await open(terms)
    const shown = await arrive()
    expect(shown.text).toContain('There is nothing to turn on for you here.')
    expect(shown.forms).toEqual([])
  })

  it('has nothing to turn on for a user without a mailbox', async () => {
    const pages = await open()
    const other = new Browser(pages)
    const as = { userName: await pages.administrator(), browser: other }
    const root = await pages.signIn(await other.get(PAGE), as)
    expect(root.text).toContain('There is nothing to turn on for you here.')
    expect((await pages.arrive()).forms).toHaveLength(1)
  })

  it('turns nothing on that was chosen too late', async () => {
    const { arrive, browser, own, world } = await open({ cutOff: Date.UTC(2026, 10, 24, 8, 30), dates: { Imap: 0 } })
    const shown = await arrive()
    world.advance(HOUR / 2)
    expect((await browser.submit(shown, {}, 'IMAP4')).text).toContain('There is nothing to turn on for you here.')
    expect(await own()).toEqual({})
  })

  it('is nobody’s but whose it was made for: not another browser’s, and not another person’s', async () => {
    const { arrive, browser, own, http } = await open()
    const shown = await arrive()
    const thief = new Browser({ http })
    expect((await thief.submit(shown, {}, 'IMAP4')).text).toContain('AADSTS50089')
    browser.cookies.delete('__Host-postern-session')
    expect((await browser.submit(shown, {}, 'IMAP4')).title).toBe('Sign in')
    expect(await own()).toEqual({})
  })

  it('is there in no tenant that there is not', async () => {
    const { browser } = await open()
    expect((await browser.get('/fabrikam.test/own-passwords')).text).toContain('AADSTS90002')
  })
})
