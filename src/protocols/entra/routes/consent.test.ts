import { beforeEach, describe, expect, it } from 'vitest'
import { openSignInPages, type Page, type Query, type SignInPages } from '../../../../test/support/browser.ts'
import { PASSWORD } from '../../../../test/support/token-service.ts'

const IMAP = 'https://outlook.office.com/IMAP.AccessAsUser.All'
const GRAPH_ID = '00000003-0000-0000-c000-000000000000'
const USER_READ = 'e1fe6dd8-ba31-4d61-89e7-88639da4683d'
const MAIL_READ_WRITE = '024d486e-b451-40bb-833d-3e66d98c5c73'
const CLOUD_APPLICATION_ADMINISTRATOR = '158c047a-c907-4556-b7ef-446551a6b5f7'
const EXCHANGE_ADMINISTRATOR = '29232cdf-9323-42fd-ade2-1d097af3e4de'

/** An app's registration that lists delegated permissions of Graph. */
const listing = (...ids: string[]) => ({
  requiredResourceAccess: [
    { resourceAppId: GRAPH_ID, resourceAccess: ids.map((id) => ({ id, type: 'Scope' as const })) },
  ],
})

let pages: SignInPages

beforeEach(async () => {
  pages = await openSignInPages()
})

/** An authorization code: a version, then base64url. */
const CODE = /^1\.[\w-]{30,}\.[\w.-]+$/

const told = ({ sentTo }: Page): Record<string, string> => Object.fromEntries(sentTo?.searchParams ?? [])

const ask = async (query: Query, userName?: string): Promise<Page> =>
  pages.signIn(await pages.browser.get(pages.authorize(query)), userName === undefined ? {} : { userName })

/** The app’s permissions, by user. */
async function consents(): Promise<string[]> {
  const { directory, tenant, mailer } = pages
  const client = await directory.servicePrincipals.find(tenant.id, { appId: mailer.id })
  const all = client ? await directory.consents.page(tenant.id, { limit: 100, where: { client: client.id } }) : []
  return all.flatMap(({ consentType, scopes }) => scopes.map((scope) => `${consentType} ${scope}`)).sort()
}

describe('consent', () => {
  it('says what is asked for in words, of which resource, by whom, for which account', async () => {
    const shown = await ask({ scope: `openid offline_access ${IMAP}` })
    expect(shown.title).toBe('Permissions requested')
    for (const text of ['Mailer', pages.mailer.id, 'Contoso (your organization)', 'ada@contoso.test']) {
      expect(shown.text).toContain(text)
    }
    expect(shown.text).toContain('In Office 365 Exchange Online')
    expect(shown.text).toContain('Read and change your mail over IMAP')
    expect(shown.text).toContain('In Microsoft Graph')
    expect(shown.text).not.toContain('for all users')
  })

  it('names Microsoft’s permissions in the page’s language, and those of others by their own names', async () => {
    const { directory, tenant } = pages
    const scope = { id: '22222222-2222-4222-8222-222222222222', value: 'Mail.Read', type: 'User', isEnabled: true }
    const words = { adminConsentDisplayName: 'Take everything', adminConsentDescription: 'Everything is taken.' }
    const api = await directory.apps.create(tenant.id, {
      displayName: 'Own API',
      identifierUris: ['api://own'],
      properties: { api: { oauth2PermissionScopes: [{ ...scope, ...words }] } },
    })
    await directory.servicePrincipals.create(tenant.id, { appId: api.appId })
    const shown = await pages.browser.get(
      pages.authorize({ scope: `${IMAP} api://own/Mail.Read`, mkt: 'ja-JP', login_hint: 'ada@contoso.test' }),
    )
    const { text } = await pages.browser.submit(shown, { password: PASSWORD }, 'サインイン')
    expect(text).toContain('IMAP によるメールの読み取りと書き込み')
    expect(text).toContain('Take everything Everything is taken.')
    expect(text).not.toContain('メールの読み取り Everything')
  })

  it('is kept for the person alone', async () => {
    await pages.browser.submit(await ask({ scope: `openid ${IMAP}` }), {}, 'Accept')
    expect(await consents()).toEqual(['Principal IMAP.AccessAsUser.All', 'Principal openid'])
  })

  it('that is asked for leaves the sign-in on record, for nobody who gave the right password goes unseen', async () => {
    await ask({ scope: IMAP })
    await pages.signIns.settled()
    const [record] = await pages.signIns.page(pages.tenant.id, { limit: 1 })
    expect(record).toMatchObject({ errorCode: 65001, kind: 'interactiveUser', failed: 'consent', outcome: 'refused' })
    expect(record!.user).toMatchObject({ userPrincipalName: 'ada@contoso.test' })
    expect(record!.checks.filter(({ ok }) => ok).map(({ name }) => name)).toContain('user')
  })

  it('that is refused is told to the app, and nothing is kept', async () => {
    const refused = await pages.browser.submit(await ask({ scope: IMAP }), {}, 'Cancel')
    expect(told(refused)).toMatchObject({ error: 'access_denied', state: 'as given & kept' })
    expect(told(refused).error_description).toMatch(/^AADSTS65004: /)
    expect(await consents()).toEqual([])
  })

  it('is given to what the page said, and not to what the app lists by the time the answer comes', async () => {
    const { directory, tenant, mailer, browser } = pages
    await directory.apps.update(tenant.id, mailer.app.id, listing(USER_READ))
    const shown = await ask({ scope: 'https://graph.microsoft.com/.default' })
    await directory.apps.update(tenant.id, mailer.app.id, listing(USER_READ, MAIL_READ_WRITE))
    const again = await browser.submit(shown, {}, 'Accept')
    expect(again.title).toBe('Permissions requested')
    expect(await consents()).toEqual([])
    expect(told(await browser.submit(again, {}, 'Accept')).code).toMatch(CODE)
    expect(await consents()).toEqual(['Principal Mail.ReadWrite', 'Principal User.Read'])
  })

  it('is asked for what is new only once', async () => {
    await pages.browser.submit(await ask({ scope: IMAP }), {}, 'Accept')
    const more = await pages.browser.get(pages.authorize({ scope: `${IMAP} Mail.Read` }))
    expect(more.title).toBe('Permissions requested')
    await pages.browser.submit(more, {}, 'Accept')
    expect(told(await pages.browser.get(pages.authorize({ scope: `${IMAP} Mail.Read` }))).code).toMatch(CODE)
  })

  it('takes an app of another tenant in, by a service principal', async () => {
    const fabrikam = await pages.directory.tenants.create('Fabrikam', 'fabrikam.test')
    const app = await pages.directory.apps.create(fabrikam.id, {
      displayName: 'Visitor',
      signInAudience: 'AzureADMultipleOrgs',
      properties: { web: { redirectUris: ['https://visitor.test'] } },
    })
    const shown = await ask({ client_id: app.appId, redirect_uri: 'https://visitor.test', scope: 'openid' })
    expect(shown.text).toContain('Fabrikam (not your organization)')
    expect(await pages.directory.servicePrincipals.find(pages.tenant.id, { appId: app.appId })).toBeUndefined()
    expect(told(await pages.browser.submit(shown, {}, 'Accept')).code).toMatch(CODE)
    expect(await pages.directory.servicePrincipals.find(pages.tenant.id, { appId: app.appId })).toMatchObject({
      displayName: 'Visitor',
    })
  })

  it('stands in the directory’s audit with the person who gave it', async () => {
    await pages.browser.submit(await ask({ scope: IMAP }), {}, 'Accept')
    const [written] = await pages.directory.audits.page(pages.tenant.id, { limit: 1 })
    expect(JSON.stringify(written)).toContain('ada@contoso.test')
  })
})

describe('consent for everybody', () => {
  it('is offered to administrators of apps, and then nobody else is asked', async () => {
    const userName = await pages.administrator(CLOUD_APPLICATION_ADMINISTRATOR)
    const shown = await ask({ scope: IMAP }, userName)
    expect(shown.text).toContain('Accept for all users of the organization')
    await pages.browser.submit(shown, { '?forAll': 'yes' }, 'Accept')
    expect(await consents()).toEqual(['AllPrincipals IMAP.AccessAsUser.All'])
    await pages.browser.get('/contoso.test/oauth2/v2.0/logout')
    expect(told(await ask({ scope: IMAP })).code).toMatch(CODE)
  })

  it('is not offered to others, and not taken from them', async () => {
    await pages.administrator(EXCHANGE_ADMINISTRATOR)
    const shown = await ask({ scope: IMAP }, 'root@contoso.test')
    expect(shown.text).not.toContain('for all users of the organization')
    const { action, fields } = shown.forms[0]!
    const forced = await pages.browser.post(action, { ...fields, answer: 'accept', forAll: 'yes' })
    expect(told(forced).error).toBe('consent_required')
    expect(await consents()).toEqual([])
  })

  it('leaves it to the administrator to consent for himself alone', async () => {
    const shown = await ask({ scope: IMAP }, await pages.administrator())
    await pages.browser.submit(shown, {}, 'Accept')
    expect(await consents()).toEqual(['Principal IMAP.AccessAsUser.All'])
  })
})

describe('a permission that only administrators give', () => {
  const scope = 'User.Read.All'

  it('is not asked of anybody else: a page says so, and the app hears when the person goes back', async () => {
    const shown = await ask({ scope })
    expect(shown.title).toBe('Administrator approval needed')
    const back = await pages.browser.submit(shown, {}, 'Back to the app')
    expect(told(back).error).toBe('consent_required')
    expect(told(back).error_description).toMatch(/^AADSTS90094: /)
    await pages.signIns.settled()
    const [record] = await pages.signIns.page(pages.tenant.id, { limit: 1 })
    expect(record).toMatchObject({ errorCode: 90094, kind: 'interactiveUser', failed: 'consent' })
  })

  it('is not given by somebody who presses a button that is not there', async () => {
    const shown = await ask({ scope })
    const { action, fields } = shown.forms[0]!
    expect(told(await pages.browser.post(action, { ...fields, answer: 'accept' })).error).toBe('consent_required')
    expect(await consents()).toEqual([])
  })

  it('can be asked for as somebody else', async () => {
    const userName = await pages.administrator()
    const shown = await ask({ scope })
    const [, check = ''] = /href="([^"]+)"/.exec(shown.body)!
    const picker = await pages.browser.get(check.replaceAll('&amp;', '&'))
    expect(picker.title).toBe('Choose an account')
    const other = await pages.browser.submit(picker, {}, 'Use another account')
    const asked = await pages.signIn(other, { userName })
    expect(told(await pages.browser.submit(asked, {}, 'Accept')).code).toMatch(CODE)
  })
})
