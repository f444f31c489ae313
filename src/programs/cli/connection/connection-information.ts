import { type Connection, findServer } from './connection.ts'
import { Failure } from '../failure.ts'
import type { Invocation } from '../invocation.ts'
import { rememberedConnection } from './saved-connection.ts'
import { claimsOf, expiryOf } from './token-claims.ts'

const origins: Readonly<Record<Connection['origin'], string>> = {
  flag: '--data',
  environment: 'POSTERN_URL',
  connected: 'Connect-ExchangeOnline',
  folder: 'postern-data',
}

/** What the next cmdlet would use; nothing where there is no server to be found. */
export function connectionInformation(invocation: Invocation): readonly object[] {
  try {
    const connection = findServer(invocation)
    const { identity, origin, tenant, url } = connection
    const remembered = origin === 'connected' ? rememberedConnection(invocation.env) : undefined
    const claims = identity && 'accessToken' in identity ? claimsOf(identity.accessToken) : undefined
    return [
      {
        ConnectionId: remembered?.id ?? null,
        State: 'Connected',
        Name: 'ExchangeOnline_1',
        ConnectionUri: url.origin,
        Organization: tenant,
        AppId: identity && 'proof' in identity ? identity.clientId : (claims?.appid ?? null),
        UserPrincipalName: claims?.upn ?? null,
        CertificateAuthentication: identity !== undefined && 'proof' in identity && 'certificate' in identity.proof,
        TokenExpiryTimeUTC: (claims ? expiryOf(claims) : remembered?.tokenExpires) ?? null,
        Origin: origins[origin],
      },
    ]
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.exit === 3) return []
    throw thrown
  }
}
