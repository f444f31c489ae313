import { DAY, MINUTE } from '../../../src/core/time.ts'
import {
  openUserService,
  PASSWORD,
  type UserApp,
  type UserService,
  REDIRECT,
  codeRequest,
  VERIFIER,
} from '../token-service.ts'
import { GRAPH } from '../access.ts'
import { refuse } from '../../../src/core/refusal.ts'
import type { Provocation } from './provocation.ts'

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

interface Made {
  readonly open: UserService
  readonly app: UserApp
}

type Asking = (made: Made) => Promise<Record<string, string>>
type Further = Parameters<UserService['ask']>[1]

/** An app that comes for what Ada let it have. */
const asks = (form: Asking, further: Further = {}, given: Parameters<UserService['app']>[0] = {}): Provocation => ({
  async provoke() {
    const open = await openUserService()
    const app = await open.app(given)
    await open.consent(app, GRAPH, 'User.Read')
    return { to: 'program', answer: await open.ask(await form({ open, app }), further) }
  },
})

/** A code that is redeemed, changed. */
const redeems = (
  change: Record<string, string | undefined>,
  request: object = {},
  further: Further = {},
): Provocation =>
  asks(async ({ open, app }) => {
    const form = { ...codeRequest(app, await open.code(app, request)), ...change }
    return Object.fromEntries(Object.entries(form).filter(([, value]) => value !== undefined)) as Record<string, string>
  }, further)

const spa = { redirectUri: REDIRECT.spa, singlePage: true }

/** A refresh token, some time after it was given. */
const refreshes = (
  after: (made: Made) => unknown,
  change: Record<string, string> = {},
  singlePage = false,
): Provocation =>
  asks(
    async ({ open, app }) => {
      const given = await open.authorizations.refreshTokens.issue({
        signedIn: open.signedIn(),
        appId: app.app.appId,
        scope: 'offline_access User.Read',
        resource: undefined,
        nonce: undefined,
        singlePage,
        confidential: false,
      })
      await after({ open, app })
      return {
        grant_type: 'refresh_token',
        client_id: app.id,
        refresh_token: given!.token,
        scope: 'User.Read',
        ...change,
      }
    },
    singlePage ? { headers: { origin: 'https://app.test' } } : {},
  )

/** A program that shows Ada's password. */
const signsIn = (
  change: Record<string, string>,
  before?: (made: Made) => unknown,
  password = PASSWORD,
): Provocation => ({
  async provoke() {
    const open = await openUserService({ ropc: true }, password === '' ? undefined : password)
    const app = await open.app()
    await before?.({ open, app })
    const form = { username: 'ada@contoso.test', password: PASSWORD, scope: 'User.Read', ...change }
    const { tenant, ...asked } = { tenant: open.tenant.id as string, ...form }
    return {
      to: 'program',
      answer: await open.ask({ grant_type: 'password', client_id: app.id, ...asked }, { tenant }),
    }
  },
})

/** A device, some time after it began. */
const polls = (after: (made: Made, userCode: string) => unknown): Provocation =>
  asks(async ({ open, app }) => {
    const started = await open.authorizations.devices.start({
      tenant: open.tenant.id,
      appId: app.app.appId,
      scope: 'User.Read',
      resource: undefined,
      from: '192.0.2.7',
    })
    await after({ open, app }, started.userCode)
    return {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      client_id: app.id,
      device_code: started.deviceCode,
    }
  })

/** An app that was called with a token, and comes with it for another. */
const passesOn = (
  token: (made: Made) => Promise<string>,
  after: (made: Made) => unknown = () => undefined,
): Provocation =>
  asks(
    async (made) => {
      const assertion = await token(made)
      await after(made)
      return {
        grant_type: JWT_BEARER,
        requested_token_use: 'on_behalf_of',
        client_id: made.app.id,
        client_secret: made.app.secret,
        scope: 'User.Read',
        assertion,
      }
    },
    {},
    { isPublic: false },
  )

const terms = ({ open, app }: Made, audience: string) => ({
  version: 1 as const,
  tenant: open.tenant.id,
  appId: app.app.appId,
  appDisplayName: 'Caller',
  audience,
  wids: [],
  appidacr: '1' as const,
  lifetime: 3600,
})

async function personsToken(made: Made, audience: string): Promise<string> {
  const { user } = made.open
  const { token } = await made.open.tokens.mint({
    ...terms(made, audience),
    kind: 'user',
    user,
    scopes: ['access_as_user'],
    amr: ['pwd'],
    session: made.open.signedIn().session,
    from: undefined,
  })
  return token
}

async function appsToken(made: Made): Promise<string> {
  const servicePrincipal = made.app.principal.id
  return (await made.open.tokens.mint({ ...terms(made, made.app.id), kind: 'app', servicePrincipal, roles: [] })).token
}

/** Requests for which the token service refuses an app that acts for a user. */
export const peopleProvocations = {
  28002: redeems({ scope: 'a"b' }),
  28003: redeems({ scope: ' ' }),
  50013: passesOn(async () => 'no token'),
  50034: signsIn({ username: 'nobody@contoso.test' }),
  50053: signsIn({}, async ({ open: { directory, tenant } }) => {
    for (let round = 0; round < 10; round++) await directory.users.checkPassword(tenant.id, 'ada@contoso.test', 'wrong')
  }),
  50055: signsIn({}, ({ open: { directory, tenant, user } }) =>
    directory.users.update(tenant.id, user.id, { password: PASSWORD, mustChangePassword: true }),
  ),
  50056: signsIn({}, undefined, ''),
  50057: signsIn({}, ({ open: { directory, tenant, user } }) =>
    directory.users.update(tenant.id, user.id, { accountEnabled: false }),
  ),
  50126: signsIn({ password: 'wrong' }),
  50147: redeems({ code_verifier: undefined }),
  50173: refreshes(({ open }) => open.directory.users.revokeSignIns(open.tenant.id, open.user.id)),
  50194: signsIn({ tenant: 'organizations' }),
  54005: asks(async ({ open, app }) => {
    const form = codeRequest(app, await open.code(app))
    await open.ask(form)
    return form
  }),
  65001: redeems({ scope: 'Mail.Read' }),
  65005: redeems({ scope: 'No.Such.Scope' }),
  70000: redeems({ code: 'none' }),
  70008: asks(async ({ open, app }) => {
    const form = codeRequest(app, await open.code(app))
    open.world.advance(11 * MINUTE)
    return form
  }),
  70016: polls(() => undefined),
  70018: asks(async ({ app }) => ({
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    client_id: app.id,
    device_code: 'none',
  })),
  70019: polls(({ open }) => open.world.advance(16 * MINUTE)),
  90009: asks(
    async ({ open, app }) => codeRequest(app, await open.code(app, { scope: 'api://itself/.default' })),
    {},
    { identifierUris: ['api://itself'] },
  ),
  90033: signsIn({}, ({ open: { directory } }) =>
    Object.assign(directory.users, { checkPassword: async () => refuse('busy', 'Too many sign in at once') }),
  ),
  90072: asks(async ({ open, app }) => {
    const other = await open.directory.tenants.create('Fabrikam', 'fabrikam.test')
    const user = await open.directory.users.create(other.id, {
      userPrincipalName: 'bob@fabrikam.test',
      displayName: 'Bob',
      mailNickname: 'bob',
      accountEnabled: true,
    })
    const signedIn = { ...open.signedIn(), tenant: other.id, user: user.id }
    return codeRequest(app, await open.code(app, { signedIn }))
  }),
  90124: asks(
    async ({ open, app }) => {
      const api = await open.app({
        identifierUris: ['api://api'],
        properties: {
          api: {
            oauth2PermissionScopes: [
              {
                id: '00000000-0000-4000-8000-0000000000aa',
                value: 'access',
                type: 'User',
                isEnabled: true,
                adminConsentDisplayName: 'Use the API',
                adminConsentDescription: 'Use the API for the person',
              },
            ],
          },
        },
      })
      await open.consent(app, api.id, 'access')
      return codeRequest(app, await open.code(app, { scope: 'api://api/access' }))
    },
    { tenant: 'common' },
    { signInAudience: 'AzureADMultipleOrgs' },
  ),
  90130: asks(
    async ({ open, app }) => codeRequest(app, await open.code(app)),
    { tenant: 'consumers' },
    {
      signInAudience: 'AzureADMultipleOrgs',
    },
  ),
  90133: asks(async ({ app }) => ({ client_id: app.id, scope: 'User.Read' }), {
    tenant: 'consumers',
    endpoint: 'v2.0/devicecode',
  }),
  500131: passesOn((made) => personsToken(made, 'https://other.test')),
  500133: passesOn(
    (made) => personsToken(made, made.app.id),
    ({ open }) => open.world.advance(DAY),
  ),
  501481: redeems({ code_verifier: VERIFIER.toLowerCase() }),
  650057: redeems({ scope: 'https://outlook.office.com/.default' }),
  700025: redeems({ client_secret: 'a secret' }),
  700082: refreshes(({ open }) => open.world.advance(91 * DAY)),
  700084: refreshes(({ open }) => open.world.advance(25 * 60 * MINUTE), {}, true),
  7000114: passesOn(appsToken),
  7000218: redeems({ redirect_uri: REDIRECT.web }, { redirectUri: REDIRECT.web }),
  9001023: signsIn({ tenant: 'common' }),
  9002325: redeems(
    { redirect_uri: REDIRECT.spa, code_verifier: undefined },
    { ...spa, challenge: undefined },
    { headers: { origin: 'https://app.test' } },
  ),
  9002326: redeems({}, {}, { headers: { origin: 'https://app.test' } }),
  9002327: redeems({ redirect_uri: REDIRECT.spa }, spa),
} satisfies Readonly<Record<number, Provocation>>
