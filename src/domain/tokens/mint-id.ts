import { createHash } from 'node:crypto'
import { encodeBase64url } from '../../codecs/jwt/base64url.ts'
import { seconds, type World } from '../../core/world.ts'
import { BACKDATED, signed } from './mint.ts'
import type { SigningKey } from './signing-key.ts'
import { subjectFor } from './subject.ts'
import type { IdGrant, TokenUser } from './types.ts'

/** Signs an ID token (OpenID Connect Core 1.0 §2, contract/identity §7.5). */
export function mintId(world: World, key: SigningKey, grant: IdGrant): Promise<string> {
  const { user, scopes } = grant
  const now = seconds(world.now())
  return signed(
    key,
    { typ: 'JWT', alg: 'RS256', kid: key.kid },
    {
      aud: grant.appId,
      iss: grant.issuer,
      iat: now - BACKDATED,
      nbf: now - BACKDATED,
      exp: now + grant.lifetime,
      aio: encodeBase64url(world.bytes(24)),
      auth_time: grant.authenticated,
      ...(grant.accessToken !== undefined && { at_hash: leftHalf(grant.accessToken) }),
      ...(grant.code !== undefined && { c_hash: leftHalf(grant.code) }),
      ...(scopes.includes('email') && user.mail !== undefined && { email: user.mail }),
      ...(grant.version === 1 ? namesV1(user) : scopes.includes('profile') && namesV2(user)),
      ...(grant.nonce !== undefined && { nonce: grant.nonce }),
      oid: user.id,
      rh: `1.${encodeBase64url(world.bytes(24))}.`,
      sid: grant.session,
      sub: subjectFor(grant.appId, user.id),
      tid: grant.tenant,
      uti: encodeBase64url(world.bytes(16)),
      ver: grant.version === 1 ? '1.0' : '2.0',
    },
  )
}

/** Version 1 knows no scope `profile`: it tells names always. */
const namesV1 = ({ displayName, userPrincipalName }: TokenUser) => ({
  name: displayName,
  unique_name: userPrincipalName,
  upn: userPrincipalName,
})
const namesV2 = ({ displayName, userPrincipalName }: TokenUser) => ({
  name: displayName,
  preferred_username: userPrincipalName,
})

/** OpenID Connect Core 1.0 §3.3.2.11: the left half of the hash that the signature's algorithm names. */
const leftHalf = (value: string): string =>
  createHash('sha256').update(value, 'ascii').digest().subarray(0, 16).toString('base64url')
