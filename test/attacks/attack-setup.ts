import { type Log, silentLog } from '../../src/core/log.ts'
import type { TenantId } from '../../src/core/ids.ts'
import type { App, NewApp, User } from '../../src/domain/directory/types.ts'
import { type OpenServer, type Answer, openServer } from '../support/server.ts'
import { Browser, type Page } from '../support/browser.ts'
import type { AtEnd } from '../support/lifecycle.ts'

export const EXCHANGE = 'https://outlook.office365.com'
export const GRAPH = 'https://graph.microsoft.com'
export const PASSWORD = 'Analytical-Engine-1843'
export const WEB = 'https://app.test/answer'
export const SPA = 'https://spa.test/answer'
/** RFC 7636 appendix B. */
export const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
export const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
export const SCOPE = `openid offline_access ${EXCHANGE}/IMAP.AccessAsUser.All`
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code'

export interface Client {
  readonly app: App
  readonly id: string
  readonly secret: string
  readonly principal: string
}

type Form = Readonly<Record<string, string>>

/** The whole context, in which people sign in to apps; an attacker sees what anybody sees. */
export class AttackSetup {
  readonly context: OpenServer
  readonly ada: User
  /** An app with a secret, to which everybody's mail is consented. */
  readonly mailer: Client

  private constructor(context: OpenServer, ada: User, mailer: Client) {
    this.context = context
    this.ada = ada
    this.mailer = mailer
  }

  static async open(flags: Record<string, unknown> = {}, log: Log = silentLog, atEnd?: AtEnd): Promise<AttackSetup> {
    const context = await openServer(log, { 'entra.ropc': true, ...flags }, atEnd)
    const ada = await aPerson(context, context.tenant.id, 'ada@contoso.test')
    const mailer = await registered(context, context.tenant.id, { displayName: 'Mailer' })
    const scene = new AttackSetup(context, ada, mailer)
    await scene.consent(mailer, EXCHANGE, 'IMAP.AccessAsUser.All')
    return scene
  }

  browser(headers: Readonly<Record<string, string>> = {}): Browser {
    return new Browser(this.context, headers)
  }

  person(userPrincipalName: string, tenant: TenantId = this.context.tenant.id): Promise<User> {
    return aPerson(this.context, tenant, userPrincipalName)
  }

  register(app: NewApp, tenant: TenantId = this.context.tenant.id): Promise<Client> {
    return registered(this.context, tenant, app)
  }

  /** For everybody in the tenant. */
  async consent(client: Client, resource: string, ...scopes: string[]): Promise<void> {
    const { directory, tenant } = this.context
    const found = (await directory.servicePrincipals.findResource(tenant.id, resource))!
    const principal = (await directory.servicePrincipals.find(tenant.id, { appId: client.id }))!
    await directory.consents.grant(tenant.id, {
      client: principal.id,
      consentType: 'AllPrincipals',
      user: undefined,
      resource: found.id,
      scopes,
    })
  }

  /** Where an app sends a person. */
  authorizeUrl(query: Form = {}, tenant = 'contoso.test'): string {
    const asked = {
      client_id: this.mailer.id,
      response_type: 'code',
      redirect_uri: WEB,
      scope: SCOPE,
      state: 'state',
      code_challenge: CHALLENGE,
      code_challenge_method: 'S256',
      ...query,
    }
    return `/${tenant}/oauth2/v2.0/authorize?${new URLSearchParams(asked).toString()}`
  }

  async signIn(browser: Browser, shown: Page, userName = 'ada@contoso.test', password = PASSWORD): Promise<Page> {
    return browser.submit(await browser.submit(shown, { userName }), { password })
  }

  /** A code that a person's browser brings to the app. */
  async code(query: Form = {}, browser = this.browser()): Promise<string> {
    const shown = await this.signIn(browser, await browser.get(this.authorizeUrl(query)))
    const code = shown.sentTo?.searchParams.get('code')
    if (!code) throw new Error(`No code came: ${shown.text || String(shown.sentTo)}`)
    return code
  }

  post(form: Form, tenant: string = this.context.tenant.id, headers: Form = {}, path = 'token'): Promise<Answer> {
    return this.context.ask('POST', `/${tenant}/oauth2/v2.0/${path}`, {
      bearer: undefined,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      payload: new URLSearchParams(form).toString(),
    })
  }

  redeem(code: string, changes: Form = {}, tenant?: string): Promise<Answer> {
    const form = {
      grant_type: 'authorization_code',
      client_id: this.mailer.id,
      client_secret: this.mailer.secret,
      code,
      redirect_uri: WEB,
      code_verifier: VERIFIER,
      ...changes,
    }
    return this.post(without(form), tenant)
  }

  refresh(token: string, changes: Form = {}, tenant?: string): Promise<Answer> {
    const form = {
      grant_type: 'refresh_token',
      client_id: this.mailer.id,
      client_secret: this.mailer.secret,
      refresh_token: token,
      scope: SCOPE,
      ...changes,
    }
    return this.post(without(form), tenant)
  }

  /** A device that waits. */
  async device(client: Client, tenant?: string): Promise<{ device_code: string; user_code: string }> {
    return (await this.post({ client_id: client.id, scope: SCOPE }, tenant, {}, 'devicecode')).json()
  }

  poll(client: Client, device_code: string, tenant?: string): Promise<Answer> {
    return this.post({ grant_type: DEVICE, client_id: client.id, device_code }, tenant)
  }

  /** A person types the code of a device and signs in. */
  async approve(user_code: string, browser = this.browser()): Promise<Page> {
    const entered = await browser.submit(await browser.get('/devicelogin'), { code: user_code })
    return this.signIn(browser, await browser.submit(entered, {}, 'Continue'))
  }
}

export const codeOf = (answer: Answer): number | undefined => answer.json<{ error_codes?: number[] }>().error_codes?.[0]

/** Removes parameters with an empty value. */
const without = (form: Form): Form => Object.fromEntries(Object.entries(form).filter(([, value]) => value !== ''))

async function aPerson({ directory }: OpenServer, tenant: TenantId, address: string): Promise<User> {
  const [alias = ''] = address.split('@')
  await directory.mailboxes.create(tenant, {
    name: alias,
    alias,
    displayName: alias,
    primarySmtpAddress: address,
    userPrincipalName: address,
    type: 'UserMailbox',
    password: PASSWORD,
  })
  return (await directory.users.find(tenant, address))!
}

async function registered({ directory }: OpenServer, tenant: TenantId, given: NewApp): Promise<Client> {
  const properties = { web: { redirectUris: [WEB] }, spa: { redirectUris: [SPA] }, ...given.properties }
  const app = await directory.apps.create(tenant, { ...given, properties })
  const principal = await directory.servicePrincipals.create(tenant, { appId: app.appId })
  const { value: secret } = await directory.apps.addSecret(tenant, app.id, {})
  return { app, id: app.appId, secret, principal: principal.id }
}
