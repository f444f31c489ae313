import type { FastifyInstance } from 'fastify'
import { type Log, silentLog } from '../../src/core/log.ts'
import { refuse } from '../../src/core/refusal.ts'
import type { TenantId } from '../../src/core/ids.ts'
import { auditMigrations } from '../../src/domain/audit/schema.ts'
import { createSignIns } from '../../src/domain/audit/sign-ins.ts'
import type { SignIns } from '../../src/domain/audit/types.ts'
import { createAuthorizations } from '../../src/domain/authorization/authorizations.ts'
import { authorizationMigrations } from '../../src/domain/authorization/schema.ts'
import type { Authorizations } from '../../src/domain/authorization/types.ts'
import { tokenMigrations } from '../../src/domain/tokens/schema.ts'
import { cachedDirectory } from '../../src/domain/directory/directory-cache.ts'
import { createTokens } from '../../src/domain/tokens/tokens.ts'
import type { Tokens } from '../../src/domain/tokens/types.ts'
import { createHttp } from '../../src/programs/http.ts'
import type { EntraDeps } from '../../src/protocols/entra/deps.ts'
import { entraService } from '../../src/protocols/entra/service.ts'
import { type OpenDirectory, openDirectory, type RegisteredApp, registerApp } from './directory.ts'
import { addSigningKey } from './tokens.ts'

export const BASE = 'https://localhost:8443'
export const EXCHANGE = 'https://outlook.office365.com'

export interface TokenService extends OpenDirectory {
  readonly tokens: Tokens
  readonly authorizations: Authorizations
  readonly signIns: SignIns
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

const issuer = (tenant: TenantId, version: 1 | 2): string => `${BASE}/${tenant}/${version === 1 ? '' : 'v2.0'}`

/** The token service over a real directory, reached as https://localhost:8443. */
export async function openTokenService(
  options: Partial<Pick<EntraDeps, 'strict' | 'issuerHosts' | 'issuerKeys' | 'authorities'>> & {
    settings?: Partial<EntraDeps['settings']>
    log?: Log
  } = {},
): Promise<TokenService> {
  const open = await openDirectory([...tokenMigrations, ...auditMigrations, ...authorizationMigrations])
  const { engine, world, directory } = open
  await addSigningKey({ sql: engine.sql, world })
  const tokens = createTokens({ sql: engine.sql, world, log: silentLog, issuer })
  const { log = silentLog, ...given } = options
  const settings = { ...entraDefaults, ...options.settings }
  const reuse = settings.refresh_token_reuse
  const authorizations = createAuthorizations({ sql: engine.sql, world, log: silentLog, reuse })
  const keeping = { sign_in_days: 30, sign_in_limit: 100_000, use_days: 90, use_rows_per_day: 1000 }
  const signIns = createSignIns({ sql: engine.sql, world, log: silentLog, settings: keeping })
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
  return {
    ...open,
    tokens,
    authorizations,
    signIns,
    http: createHttp({ services: [entra], world, log, base: () => BASE }),
  }
}

export interface Client extends RegisteredApp {
  readonly secret: string
}

/** An app with a service principal and a secret. */
export async function registerClient(service: OpenDirectory, displayName?: string): Promise<Client> {
  const registered = await registerApp(service, displayName)
  const secret = await service.directory.apps.addSecret(service.tenant.id, registered.app.id, {})
  return { ...registered, secret: secret.value }
}

/** The parameters by which a client asks for a token with its secret. */
export const secretRequest = (client: Client): Record<string, string> => ({
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
