import { sign } from 'node:crypto'
import { promisify } from 'node:util'
import { encodeBase64url } from '../../codecs/jwt/base64url.ts'
import { signingInput, writeJws } from '../../codecs/jwt/compact.ts'
import { seconds, type World } from '../../core/world.ts'
import type { SigningKey } from './signing-key.ts'
import type { AccessToken, AppGrant, AppTokenClaims } from './types.ts'

/** contract/identity §2.4: a token says that it was issued five minutes before it was. */
const BACKDATED = 300

// With a callback the signing is done in the thread pool.
const signInPool = promisify(sign)

/** Signs an app-only v1 token for what was granted. */
export async function mint(world: World, key: SigningKey, issuer: string, grant: AppGrant): Promise<AccessToken> {
  const claims = claimsOf(world, issuer, grant)
  const header = { typ: 'JWT', alg: 'RS256', x5t: key.kid, kid: key.kid }
  const input = signingInput(header, { ...claims })
  const signature = await signInPool('sha256', Buffer.from(input), key.privateKey)
  // Clients are told a second less than there is, as by Entra: it is never later than they think.
  return { token: writeJws(input, signature), expiresIn: grant.lifetime - 1, claims }
}

/** contract/identity §4.2 */
function claimsOf(world: World, issuer: string, grant: AppGrant): AppTokenClaims {
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
    idp: issuer,
    idtyp: 'app',
    oid: grant.servicePrincipal,
    // contract/identity §4.4: no roles is no claim, not an empty one.
    ...(grant.roles.length > 0 && { roles: grant.roles }),
    sub: grant.servicePrincipal,
    tid: grant.tenant,
    uti: encodeBase64url(world.bytes(16)),
    ver: '1.0',
    wids: grant.wids,
  }
}
