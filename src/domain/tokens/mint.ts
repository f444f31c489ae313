import { sign } from 'node:crypto'
import { promisify } from 'node:util'
import { encodeBase64url } from '../../codecs/jwt/base64url.ts'
import { signingInput, writeJws } from '../../codecs/jwt/compact.ts'
import { seconds, type World } from '../../core/world.ts'
import type { SigningKey } from './signing-key.ts'
import { subjectFor } from './subject.ts'
import type { AccessToken, AppGrant, AppTokenClaims, TokenClaims, UserGrant, UserTokenClaims } from './types.ts'

/** contract/identity §2.4: a token says that it was issued five minutes before it was. */
export const BACKDATED = 300

// With a callback the signing is done in the thread pool.
const signInPool = promisify(sign)

/** Signs a v1 token for what was granted. */
export async function mint(
  world: World,
  key: SigningKey,
  issuer: string,
  grant: AppGrant | UserGrant,
): Promise<AccessToken> {
  const claims = grant.kind === 'app' ? appClaims(world, issuer, grant) : userClaims(world, issuer, grant)
  const token = await signed(key, { typ: 'JWT', alg: 'RS256', x5t: key.kid, kid: key.kid }, { ...claims })
  // Clients are told a second less than there is, as by Entra: it is never later than they think.
  return { token, expiresIn: grant.lifetime - 1, claims }
}

export async function signed(
  key: SigningKey,
  header: Readonly<Record<string, unknown>>,
  claims: Readonly<Record<string, unknown>>,
): Promise<string> {
  const input = signingInput(header, claims)
  return writeJws(input, await signInPool('sha256', Buffer.from(input), key.privateKey))
}

/** contract/identity §4.2 */
const appClaims = (world: World, issuer: string, grant: AppGrant): AppTokenClaims => ({
  ...commonClaims(world, issuer, grant),
  idp: issuer,
  idtyp: 'app',
  oid: grant.servicePrincipal,
  // contract/identity §4.4: no roles is no claim, not an empty one.
  ...(grant.roles.length > 0 && { roles: grant.roles }),
  sub: grant.servicePrincipal,
})

/** contract/identity §4.5 */
const userClaims = (world: World, issuer: string, grant: UserGrant): UserTokenClaims => ({
  ...commonClaims(world, issuer, grant),
  acr: '1',
  amr: grant.amr,
  idtyp: 'user',
  ...(grant.from !== undefined && { ipaddr: grant.from }),
  name: grant.user.displayName,
  oid: grant.user.id,
  scp: grant.scopes.join(' '),
  sid: grant.session,
  sub: subjectFor(grant.appId, grant.user.id),
  upn: grant.user.userPrincipalName,
})

function commonClaims(world: World, issuer: string, grant: AppGrant | UserGrant): Omit<TokenClaims, keyof Own> {
  const now = seconds(world.now())
  return {
    aud: grant.audience,
    iss: issuer,
    iat: now - BACKDATED,
    nbf: now - BACKDATED,
    exp: now + grant.lifetime,
    app_displayname: grant.appDisplayName,
    appid: grant.appId,
    appidacr: grant.appidacr,
    tid: grant.tenant,
    uti: encodeBase64url(world.bytes(16)),
    ver: '1.0',
    wids: grant.wids,
  }
}

/** What is not common to the two kinds. */
type Own = { [Name in 'idp' | 'idtyp' | 'oid' | 'sub']: unknown }
