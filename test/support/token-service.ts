import type { FastifyInstance } from 'fastify'
import { type Log, silentLog } from '../../src/core/log.ts'
import { refuse } from '../../src/core/refusal.ts'
import { createAuthorizations } from '../../src/domain/authorization/authorizations.ts'
import { authorizationMigrations } from '../../src/domain/authorization/schema.ts'
import type { Authorizations, CodeRequest, SignedIn } from '../../src/domain/authorization/types.ts'
import { cachedDirectory } from '../../src/domain/directory/directory-cache.ts'
import type { App, NewApp, ServicePrincipal, User } from '../../src/domain/directory/types.ts'
import { createHttp } from '../../src/programs/http.ts'
import type { EntraDeps } from '../../src/protocols/entra/deps.ts'
import { entraService } from '../../src/protocols/entra/service.ts'
import { BASE, EXCHANGE, GRAPH, openAccess, type OpenAccess } from './access.ts'
import type { RegisteredClient } from './directory.ts'

export interface TokenService extends OpenAccess {
  readonly authorizations: Authorizations
  readonly http: FastifyInstance
}

/** The settings that tests begin with. */
export const entraDefaults: EntraDeps['settings'] = {
  access_token_minutes: 60,
  nonce_header: false,
  assertion_skew_seconds: 300,
  refresh_token_reuse: 'allowed',
  ropc: false,
  trusted_certificate_authorities_file: '',
  federation_private_addresses: false,
  federation_ca_file: '',
}

/** No outside issuer answers, and no authority is trusted. */
export const noOutsideIssuers: Pick<EntraDeps, 'issuerKeys' | 'authorities'> = {
  issuerKeys: { find: async () => refuse('no-such-thing', 'Nothing is outside') },
  authorities: [],
}

/** Fourth layer of the builders: opens the token service over access, reached as https://localhost:8443. */
export async function openTokenService(
  options: Partial<Pick<EntraDeps, 'strict' | 'issuerHosts' | 'issuerKeys' | 'authorities'>> & {
    settings?: Partial<EntraDeps['settings']>
    log?: Log
  } = {},
): Promise<TokenService> {
  const { log = silentLog, ...given } = options
  const settings = { ...entraDefaults, ...options.settings }
  const opened = await openAccess('exchange-online', { migrations: authorizationMigrations })
  const { engine, world, directory, tokens, signIns } = opened
  const reuse = settings.refresh_token_reuse
  const authorizations = createAuthorizations({ sql: engine.sql, world, log: silentLog, reuse })
  const entra = entraService({
    directory: cachedDirectory(directory, engine.notifier),
    tokens,
    authorizations,
    signIns,
    ...noOutsideIssuers,
    world,
    strict: false,
    names: ['localhost', '127.0.0.1', '::1'],
    issuerHosts: 'self',
    ...given,
    settings,
  })
  return { ...opened, authorizations, http: createHttp({ services: [entra], world, log, base: () => BASE }) }
}

/** The parameters by which a client asks for a token with its secret. */
export const secretRequest = (client: RegisteredClient): Record<string, string> => ({
  grant_type: 'client_credentials',
  client_id: client.app.appId,
  client_secret: client.secret,
  scope: `${EXCHANGE}/.default`,
})

/** Posts a form; `tenant` is the first segment of the path. */
export const post = (
  { http }: TokenService,
  tenant: string,
  form: Record<string, string> | string,
  further: { headers?: Record<string, string>; endpoint?: string } = {},
) =>
  http.inject({
    method: 'POST',
    url: `/${tenant}/oauth2/${further.endpoint ?? 'v2.0/token'}`,
    headers: {
      host: 'localhost:8443',
      'content-type': 'application/x-www-form-urlencoded',
      ...further.headers,
    },
    payload: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
  })

export const PASSWORD = 'Correct-Horse-7'
export const REDIRECT = { web: 'https://app.test/web', spa: 'https://app.test/spa', publicClient: 'http://localhost' }
/** RFC 7636 appendix B. */
export const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
export const CHALLENGE = { method: 'S256', challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' } as const

const ids: Readonly<Record<string, string>> = {
  [EXCHANGE]: '00000002-0000-0ff1-ce00-000000000000',
  [GRAPH]: '00000003-0000-0000-c000-000000000000',
}

export interface UserService extends TokenService {
  readonly user: User
  /** The user, signed in now. */
  signedIn(): SignedIn
  /** An app for people, with a redirect URI of each kind and its service principal; public unless it keeps a secret. */
  app(given?: Partial<NewApp> & { readonly isPublic?: boolean }): Promise<UserApp>
  consent(app: UserApp, resource: string, ...scopes: string[]): Promise<void>
  /** A code for what the user let the app have. */
  code(app: UserApp, request?: Partial<CodeRequest>): Promise<string>
  ask(
    form: Record<string, string>,
    further?: { readonly tenant?: string; readonly headers?: Record<string, string>; readonly endpoint?: string },
  ): ReturnType<typeof post>
}

export interface UserApp {
  readonly app: App
  readonly principal: ServicePrincipal
  readonly id: string
  readonly secret: string
}

/** The token service with a user, ada@contoso.test, who has a password where one is given. */
export async function openUserService(
  settings: Partial<EntraDeps['settings']> = {},
  password?: string,
  log: Log = silentLog,
): Promise<UserService> {
  const service = await openTokenService({ settings, log })
  const { directory, tenant, world, authorizations } = service
  const user = await directory.users.create(tenant.id, {
    userPrincipalName: 'ada@contoso.test',
    displayName: 'Ada',
    mailNickname: 'ada',
    accountEnabled: true,
    ...(password !== undefined && { password }),
    givenName: 'Ada',
    surname: 'Lovelace',
  })
  const signedIn = (): SignedIn => ({
    tenant: tenant.id,
    user: user.id,
    session: world.guid(),
    at: world.now(),
    amr: ['pwd'],
    from: '192.0.2.7',
  })
  return {
    ...service,
    user,
    signedIn,
    async app({ isPublic = true, ...given } = {}) {
      const properties = {
        web: { redirectUris: [REDIRECT.web] },
        spa: { redirectUris: [REDIRECT.spa] },
        publicClient: { redirectUris: [REDIRECT.publicClient] },
        isFallbackPublicClient: isPublic,
        ...given.properties,
      }
      const app = await directory.apps.create(tenant.id, { displayName: 'Mailer', ...given, properties })
      const principal = await directory.servicePrincipals.create(tenant.id, { appId: app.appId })
      const secret = await directory.apps.addSecret(tenant.id, app.id, {})
      return { app, principal, id: app.appId, secret: secret.value }
    },
    async consent({ principal }, resource, ...scopes) {
      const found = await directory.servicePrincipals.findResource(tenant.id, ids[resource] ?? resource)
      await directory.consents.grant(tenant.id, {
        client: principal.id,
        consentType: 'Principal',
        user: user.id,
        resource: found!.id,
        scopes,
      })
    },
    code: ({ app }, request = {}) =>
      authorizations.codes.issue({
        signedIn: signedIn(),
        appId: app.appId,
        scope: 'openid profile offline_access User.Read',
        resource: undefined,
        nonce: undefined,
        redirectUri: REDIRECT.publicClient,
        challenge: CHALLENGE,
        singlePage: false,
        ...request,
      }),
    ask: (form, { tenant: named = tenant.id, ...further } = {}) => post(service, named, form, further),
  }
}

/** The parameters by which an app redeems a code. */
export const codeRequest = (app: UserApp, code: string): Record<string, string> => ({
  grant_type: 'authorization_code',
  client_id: app.id,
  code,
  redirect_uri: REDIRECT.publicClient,
  code_verifier: VERIFIER,
})

export const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())

export const errorCodeOf = (answer: { json(): { error_codes?: number[] } }): number | undefined =>
  answer.json().error_codes?.[0]
