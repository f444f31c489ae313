import { HOUR } from '../../../src/core/time.ts'
import { Browser, type Page } from '../browser.ts'
import { EXCHANGE, GRAPH } from '../access.ts'
import { openUserService, PASSWORD, type UserApp, type UserService, REDIRECT } from '../token-service.ts'
import { latestRecord, type Provocation, type Told } from './provocation.ts'

interface Made {
  readonly open: UserService
  readonly app: UserApp
  readonly browser: Browser
  /** Goes to a page with what an app asks for. */
  readonly visit: (change?: Readonly<Record<string, string>>, path?: string, tenant?: string) => Promise<Page>
  /** From the page that asks who it is to whatever comes after the password. */
  readonly signIn: (shown: Page) => Promise<Page>
}

const made = async (given: Parameters<UserService['app']>[0] = {}): Promise<Made> => {
  const open = await openUserService({}, PASSWORD)
  const app = await open.app(given)
  const browser = new Browser(open)
  return {
    open,
    app,
    browser,
    visit: (change = {}, path = 'oauth2/v2.0/authorize', tenant = 'contoso.test') => {
      const query = {
        client_id: app.id,
        response_type: 'code',
        redirect_uri: REDIRECT.web,
        scope: 'openid User.Read',
        state: 's',
        ...change,
      }
      return browser.get(`/${tenant}/${path}?${new URLSearchParams(query).toString()}`)
    },
    signIn: async (shown) =>
      browser.submit(await browser.submit(shown, { userName: 'ada@contoso.test' }), { password: PASSWORD }),
  }
}

/** A browser on its way. What is shown in the end is told the person, and where it is sent, the app. */
const browses = (way: (made: Made) => Promise<Page>, given?: Parameters<UserService['app']>[0]): Provocation => ({
  async provoke(): Promise<Told> {
    const { sentTo, status, text } = await way(await made(given))
    return sentTo
      ? { to: 'app', parameters: new URLSearchParams(sentTo.search || sentTo.hash.slice(1)) }
      : { to: 'person', status, text }
  },
})

const administrator = async ({ open: { directory, tenant, user } }: Made): Promise<void> =>
  directory.directoryRoles.assign(tenant.id, user.id, '62e90394-69f5-4237-9190-012177145e10')

/** An administrator who is to consent for everybody. */
const consents = (change: Readonly<Record<string, string>>, path: string, given?: Parameters<UserService['app']>[0]) =>
  browses(async (all) => {
    await administrator(all)
    return all.signIn(await all.visit(change, path))
  }, given)

/** Requests that end on a page or at a redirect URI. */
export const pageProvocations = {
  16000: browses(
    async ({ open, visit, signIn }) => {
      await open.directory.tenants.create('Fabrikam', 'fabrikam.test')
      await signIn(await visit())
      return visit({ prompt: 'none' }, undefined, 'fabrikam.test')
    },
    { signInAudience: 'AzureADMultipleOrgs' },
  ),
  50011: browses(({ visit }) => visit({ redirect_uri: 'https://elsewhere.test' })),
  50058: browses(({ visit }) => visit({ prompt: 'none' })),
  50089: browses(async ({ open, visit, browser }) => {
    const shown = await visit()
    open.world.advance(2 * HOUR)
    return browser.submit(shown, { userName: 'ada@contoso.test' })
  }),
  50105: browses(async ({ open: { directory, tenant }, app, visit, signIn }) => {
    await directory.servicePrincipals.update(tenant.id, app.principal.id, { appRoleAssignmentRequired: true })
    return signIn(await visit())
  }),
  65004: browses(async ({ visit, signIn, browser }) => browser.submit(await signIn(await visit()), {}, 'Cancel')),
  70007: browses(({ visit }) => visit({ response_mode: 'carrier_pigeon' })),
  90008: consents({ scope: `${GRAPH}/.default` }, 'v2.0/adminconsent'),
  90094: {
    async provoke() {
      const { open, visit, signIn } = await made()
      await signIn(await visit({ scope: 'User.Read.All' }))
      return { to: 'record', record: await latestRecord(open) }
    },
  },
  500113: browses(({ visit }) => visit(), {
    properties: {
      web: { redirectUris: [] },
      spa: { redirectUris: [] },
      publicClient: { redirectUris: [] },
    },
  }),
  650052: consents({}, 'adminconsent', {
    requiredResourceAccess: [{ resourceAppId: '11111111-1111-4111-8111-111111111111', resourceAccess: [] }],
  }),
  650056: consents({ scope: `${EXCHANGE}/.default` }, 'v2.0/adminconsent'),
  700054: browses(({ visit }) => visit({ response_type: 'token' })),
} satisfies Readonly<Record<number, Provocation>>
