import { beforeEach, describe, expect, it } from 'vitest'
import { openSignInPages, type Page, type Query, type SignInPages } from '../../../../test/support/browser.ts'
import { REDIRECT } from '../../../../test/support/token-service.ts'
import type { RequiredResourceAccess } from '../../../domain/directory/types.ts'

const EXCHANGE_ID = '00000002-0000-0ff1-ce00-000000000000'
const GRAPH_ID = '00000003-0000-0000-c000-000000000000'
const APPLICATION_ADMINISTRATOR = '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3'

const imapAsApp = { id: '5e5addcd-3e8d-4e90-baf5-964efab2b20a', type: 'Role' } as const
const imapAsUser = { id: '195adc35-e27b-454b-a7ed-1ecdffa1c09f', type: 'Scope' } as const
const userRead = { id: 'e1fe6dd8-ba31-4d61-89e7-88639da4683d', type: 'Scope' } as const
const mailRead = { id: '810c84a8-4a9e-49e6-bf7d-12d183f40d01', type: 'Role' } as const

const exchangeAccess = { resourceAppId: EXCHANGE_ID, resourceAccess: [imapAsApp, imapAsUser] }
const graphAccess = { resourceAppId: GRAPH_ID, resourceAccess: [userRead] }

let pages: SignInPages
let root: string

async function open(
  requiredResourceAccess: readonly RequiredResourceAccess[] = [exchangeAccess, graphAccess],
  role?: string,
): Promise<void> {
  pages = await openSignInPages({ requiredResourceAccess })
  root = await pages.administrator(role)
}

beforeEach(() => open())

const url = (query: Query = {}, path = '/contoso.test/adminconsent'): string => {
  const asked = { client_id: pages.mailer.id, redirect_uri: REDIRECT.web, state: '12 34', ...query }
  const said = Object.entries(asked).filter((it): it is [string, string] => it[1] !== undefined)
  return `${path}?${new URLSearchParams(said).toString()}`
}

const v2 = '/contoso.test/v2.0/adminconsent'
const exchange = 'https://outlook.office365.com/.default'

const told = ({ sentTo }: Page): Record<string, string> => Object.fromEntries(sentTo?.searchParams ?? [])

const asRoot = async (address: string): Promise<Page> =>
  pages.signIn(await pages.browser.get(address), { userName: root })

/** The app’s permissions: its own, and those for all users. */
async function granted(): Promise<string[]> {
  const { directory, tenant, mailer } = pages
  const client = await directory.servicePrincipals.find(tenant.id, { appId: mailer.id })
  if (!client) return []
  const roles = await Promise.all(
    [EXCHANGE_ID, GRAPH_ID].map((id) => directory.assignments.roles(tenant.id, client.id, id)),
  )
  const consents = await directory.consents.page(tenant.id, { limit: 100, where: { client: client.id } })
  return [
    ...roles.flat(),
    ...consents.flatMap(({ consentType, scopes }) => scopes.map((it) => `${consentType} ${it}`)),
  ].sort()
}

describe('admin consent', () => {
  it('of version 1 gives all that the registration lists, and answers as documented', async () => {
    const shown = await asRoot(url())
    expect(shown.title).toBe('Permissions for your organization')
    expect(shown.text).toContain('As the app itself, without a signed-in user')
    expect(shown.text).toContain('IMAP.AccessAsApp')
    const { sentTo } = await pages.browser.submit(shown, {}, 'Accept')
    expect(sentTo!.origin + sentTo!.pathname).toBe(REDIRECT.web)
    expect(Object.fromEntries(sentTo!.searchParams)).toEqual({
      admin_consent: 'True',
      tenant: pages.tenant.id,
      state: '12 34',
    })
    expect(await granted()).toEqual([
      'AllPrincipals IMAP.AccessAsUser.All',
      'AllPrincipals User.Read',
      'IMAP.AccessAsApp',
    ])
  })

  it('of version 2 gives what the scope names, and answers with it', async () => {
    const { sentTo } = await pages.browser.submit(await asRoot(url({ scope: exchange }, v2)), {}, 'Accept')
    expect(Object.fromEntries(sentTo!.searchParams)).toEqual({
      admin_consent: 'True',
      tenant: pages.tenant.id,
      scope: 'https://outlook.office365.com/IMAP.AccessAsApp https://outlook.office365.com/IMAP.AccessAsUser.All',
      state: '12 34',
    })
    expect(await granted()).toEqual(['AllPrincipals IMAP.AccessAsUser.All', 'IMAP.AccessAsApp'])
  })

  it('takes the scope that the set-up steps for POP and IMAP name', async () => {
    await pages.browser.submit(await asRoot(url({ scope: 'https://ps.outlook.com/.default' }, v2)), {}, 'Accept')
    expect(await granted()).toContain('IMAP.AccessAsApp')
  })

  it('of version 2 takes single delegated permissions too', async () => {
    const scope = 'openid https://graph.microsoft.com/Mail.Read'
    const answer = told(await pages.browser.submit(await asRoot(url({ scope }, v2)), {}, 'Accept'))
    expect(answer.scope).toBe('https://graph.microsoft.com/Mail.Read openid')
    expect(await granted()).toEqual(['AllPrincipals Mail.Read', 'AllPrincipals openid'])
  })

  it('may be given twice', async () => {
    await pages.browser.submit(await asRoot(url()), {}, 'Accept')
    const before = await granted()
    await pages.browser.submit(await pages.browser.get(url()), {}, 'Accept')
    expect(await granted()).toEqual(before)
  })

  it('creates a missing service principal, also through common', async () => {
    const fabrikam = await pages.directory.tenants.create('Fabrikam', 'fabrikam.test')
    const app = await pages.directory.apps.create(fabrikam.id, {
      displayName: 'Visitor',
      signInAudience: 'AzureADMultipleOrgs',
      requiredResourceAccess: [exchangeAccess],
      properties: { web: { redirectUris: ['https://visitor.test'] } },
    })
    const asked = url({ client_id: app.appId, redirect_uri: 'https://visitor.test' }, '/common/adminconsent')
    const answer = told(await pages.browser.submit(await asRoot(asked), {}, 'Accept'))
    expect(answer.tenant).toBe(pages.tenant.id)
    const client = await pages.directory.servicePrincipals.find(pages.tenant.id, { appId: app.appId })
    expect(await pages.directory.assignments.roles(pages.tenant.id, client!.id, EXCHANGE_ID)).toEqual([
      'IMAP.AccessAsApp',
    ])
  })

  it('that is refused is told in the words of each version', async () => {
    const first = told(await pages.browser.submit(await asRoot(url()), {}, 'Cancel'))
    expect(first).toEqual({
      error: 'permission_denied',
      error_description: 'The admin canceled the request',
      state: '12 34',
    })
    const second = told(await pages.browser.submit(await pages.browser.get(url({ scope: exchange }, v2)), {}, 'Cancel'))
    expect(second).toMatchObject({ admin_consent: 'True', error: 'consent_required', state: '12 34' })
    expect(second.error_description).toMatch(/^AADSTS65004: /)
    expect(await granted()).toEqual([])
  })

  it('is given to what its page said, and not to what the app asks for by the time the answer comes', async () => {
    const { directory, tenant, mailer, browser } = pages
    const shown = await asRoot(url())
    const requiredResourceAccess = [{ resourceAppId: GRAPH_ID, resourceAccess: [userRead, mailRead] }]
    await directory.apps.update(tenant.id, mailer.app.id, { requiredResourceAccess })
    const again = await browser.submit(shown, {}, 'Accept')
    expect(again.title).toBe('Permissions for your organization')
    expect(again.text).toContain('In Microsoft Graph')
    expect(await granted()).toEqual([])
    expect(told(await browser.submit(again, {}, 'Accept')).admin_consent).toBe('True')
    expect(await granted()).toEqual(['AllPrincipals User.Read', 'Mail.Read'])
  })

  it('is not for others to give', async () => {
    const shown = await pages.signIn(await pages.browser.get(url()))
    expect(shown.title).toBe('Administrator approval needed')
    const { action, fields } = shown.forms[0]!
    const forced = told(await pages.browser.post(action, { ...fields, answer: 'accept' }))
    expect(forced.error_description).toMatch(/^AADSTS90094: /)
    expect(await granted()).toEqual([])
  })

  it('to what an app does as itself in Graph takes more than an administrator of apps', async () => {
    await open([{ resourceAppId: GRAPH_ID, resourceAccess: [mailRead] }], APPLICATION_ADMINISTRATOR)
    expect((await asRoot(url())).title).toBe('Administrator approval needed')
    await open([exchangeAccess], APPLICATION_ADMINISTRATOR)
    await pages.browser.submit(await asRoot(url()), {}, 'Accept')
    expect(await granted()).toContain('IMAP.AccessAsApp')
  })
})

describe('an admin consent that cannot be', () => {
  it.each([
    [{ redirect_uri: 'https://evil.test' }, '50011'],
    [{ redirect_uri: undefined }, '900144'],
    [{ client_id: undefined }, '900144'],
    [{ client_id: GRAPH_ID }, '700016'],
  ])('for %j is AADSTS%s on the page', async (query, code) => {
    const shown = await pages.browser.get(url(query))
    expect(shown.text).toContain(`AADSTS${code}`)
    expect(shown.sentTo).toBeUndefined()
  })

  it('of version 2 without a scope, or for what is not there, is told to the app', async () => {
    expect(told(await pages.browser.get(url({}, v2))).error_description).toMatch(/^AADSTS900144: /)
    const cases = [
      ['https://nowhere.test/.default', '500011'],
      ['https://graph.microsoft.com/No.Such', '65005'],
      ['https://graph.microsoft.com/.default', undefined],
    ] as const
    await asRoot(url())
    for (const [scope, code] of cases) {
      const shown = await pages.browser.get(url({ scope }, v2))
      if (code) expect(told(shown).error_description).toMatch(new RegExp(`^AADSTS${code}: `))
      else expect(shown.title).toBe('Permissions for your organization')
    }
  })

  it('of a resource of which the registration lists nothing, or that the tenant does not have', async () => {
    await open([exchangeAccess, { resourceAppId: '11111111-1111-4111-8111-111111111111', resourceAccess: [userRead] }])
    const graph = await asRoot(url({ scope: 'https://graph.microsoft.com/.default' }, v2))
    expect(told(graph).error_description).toMatch(/^AADSTS90008: /)
    expect(told(await pages.browser.get(url())).error_description).toMatch(/^AADSTS650052: /)
    await open([{ resourceAppId: GRAPH_ID, resourceAccess: [{ ...userRead, id: imapAsApp.id }] }])
    const none = await pages.browser.get(url({ scope: exchange }, v2))
    expect(none.title).toBe('Sign in')
    expect(told(await pages.signIn(none, { userName: root })).error_description).toMatch(/^AADSTS650056: /)
    await pages.browser.get('/contoso.test/oauth2/v2.0/logout')
    expect(told(await asRoot(url())).error_description).toMatch(/^AADSTS65005: /)
  })

  it('of version 2 through common is refused, as documented', async () => {
    pages = await openSignInPages({ signInAudience: 'AzureADMultipleOrgs' })
    const shown = await pages.browser.get(url({ scope: exchange }, '/common/v2.0/adminconsent'))
    expect(shown.text).toContain('AADSTS90130')
  })
})
