import { type Connection, findServer } from './connection.ts'
import { Failure } from './failure.ts'
import type { Invocation } from './invocation.ts'
import { rememberedConnection } from './remembered-connection.ts'

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
    const claims = identity && 'accessToken' in identity ? claimsOf(identity.accessToken) : undefined
    return [
      {
        ConnectionId: (origin === 'connected' && rememberedConnection(invocation.env)?.id) || null,
        State: 'Connected',
        Name: 'ExchangeOnline_1',
        ConnectionUri: url.origin,
        Organization: tenant,
        AppId: identity && 'proof' in identity ? identity.clientId : (claims?.appid ?? null),
        UserPrincipalName: claims?.upn ?? null,
        CertificateAuthentication: identity !== undefined && 'proof' in identity && 'certificate' in identity.proof,
        TokenExpiryTimeUTC: claims?.exp === undefined ? null : new Date(claims.exp * 1000).toISOString(),
        Origin: origins[origin],
      },
    ]
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.exit === 3) return []
    throw thrown
  }
}

interface Claims {
  readonly appid?: string
  readonly upn?: string
  readonly exp?: number
}

/** Read and not checked: the server does that. */
function claimsOf(token: string): Claims {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Claims
  } catch {
    return {}
  }
}
