import { HOUR } from '../../../core/time.ts'
import type { HttpRequest } from '../../../core/http.ts'
import { seconds } from '../../../core/world.ts'
import type { App } from '../../../domain/directory/types.ts'
import type { TokenUser } from '../../../domain/tokens/types.ts'
import type { RequestedScope } from '../scopes/requested-scope.ts'
import type { EntraDeps } from '../deps.ts'
import type { EndpointVersion } from '../grants/grant.ts'
import { issuerV1, issuerV2 } from '../own-names.ts'
import type { Person } from '../person.ts'

/** Seconds. */
const LIFETIME = seconds(HOUR)

interface Identified {
  readonly app: App
  /** The version of the endpoint. */
  readonly version: EndpointVersion
  readonly person: Person
  readonly requested: RequestedScope
  readonly nonce?: string | undefined
  /** The authorization code that is sent with it. */
  readonly code?: string | undefined
}

/** Issues an ID token for the app (docs/reference/identity.md §7.5). */
export function idTokenFor(
  deps: EntraDeps,
  http: HttpRequest,
  { app, version, person, requested, nonce, code }: Identified,
): Promise<string> {
  const { tenant, signedIn } = person
  return deps.tokens.mintId({
    tenant: tenant.id,
    appId: app.appId,
    user: tokenUserOf(person),
    ...(version === 'v1'
      ? { version: 1, issuer: issuerV1(deps, http, tenant.id) }
      : { version: 2, issuer: issuerV2(deps, http, tenant.id) }),
    nonce,
    authenticated: seconds(signedIn.at),
    session: signedIn.session,
    scopes: [...requested.identity],
    ...(code !== undefined && { code }),
    lifetime: LIFETIME,
  })
}

export const tokenUserOf = ({ user }: Person): TokenUser => ({
  id: user.id,
  userPrincipalName: user.userPrincipalName,
  displayName: user.displayName,
  mail: user.mail,
})

/** docs/reference/identity.md §7.5: MSAL uses it to identify the account. */
export const clientInfoOf = ({ user, tenant }: Pick<Person, 'user' | 'tenant'>): string =>
  Buffer.from(JSON.stringify({ uid: user.id, utid: tenant.id })).toString('base64url')
