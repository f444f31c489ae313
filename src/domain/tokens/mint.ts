import { createHash, hash } from 'node:crypto'
import { encodeBase64url } from '../../codecs/jwt/base64url.ts'
import { signingInput, writeJws } from '../../codecs/jwt/compact.ts'
import type { UserId } from '../../core/ids.ts'
import { seconds, type World } from '../../core/world.ts'
import { signInTurn } from './sign-in-turn.ts'
import type { SigningKey } from './signing-key.ts'
import { subjectFor } from './subject.ts'
import type { AccessToken, AppGrant, AppTokenClaims, TokenClaims, UserGrant, UserTokenClaims } from './types.ts'
import { asVersion2 } from './version-2.ts'

/** contract/identity §2.4: a token says that it was issued five minutes before it was. */
export const BACKDATED = 300

/** Signs an access token for what was granted, in the version that its resource takes. */
export async function mint(
  world: World,
  key: SigningKey,
  issuer: string,
  grant: AppGrant | UserGrant,
): Promise<AccessToken> {
  const claims = grant.kind === 'app' ? appClaims(world, issuer, grant) : userClaims(world, issuer, grant)
  const token = await signed(key, headerOf(world, key, grant), grant.version === 2 ? asVersion2(claims) : { ...claims })
  // Clients are told a second less than there is, as by Entra: it is never later than they think.
  return { token, expiresIn: grant.lifetime - 1, claims }
}

type Header = Readonly<Record<string, unknown>>

/** contract/identity §4.1, §4.3 */
const headerOf = (world: World, { kid }: SigningKey, { version, nonceInHeader }: AppGrant | UserGrant): Header => ({
  typ: 'JWT',
  ...(nonceInHeader === true && { nonce: encodeBase64url(world.bytes(32)) }),
  alg: 'RS256',
  ...(version === 1 && { x5t: kid }),
  kid,
})

export async function signed(
  key: SigningKey,
  header: Header,
  claims: Readonly<Record<string, unknown>>,
): Promise<string> {
  const input = signingInput(header, claims)
  const over = 'nonce' in header ? signingInput(withHashedNonce(header), claims) : input
  return writeJws(input, await signInTurn(key.privateKey, Buffer.from(over, 'latin1')))
}

/** contract/identity §4.1: what is signed is the header with the hash of its nonce in the nonce's place. */
export const withHashedNonce = (header: Header): Header => ({
  ...header,
  nonce: hash('sha256', String(header['nonce']), 'base64url'),
})

/** contract/identity §4.2 */
const appClaims = (world: World, issuer: string, grant: AppGrant): AppTokenClaims => ({
  ...commonClaims(world, issuer, grant),
  ...(grant.version === 1 && { idp: issuer }),
  idtyp: 'app',
  oid: grant.servicePrincipal,
  // contract/identity §4.4: no roles is no claim, not an empty one.
  ...(grant.roles.length > 0 && { roles: grant.roles }),
  sub: grant.servicePrincipal,
  ...(grant.tenantCreated !== undefined && {
    tenant_region_scope: 'WW',
    xms_tcdt: seconds(grant.tenantCreated),
  }),
})

/** contract/identity §4.5 */
const userClaims = (world: World, issuer: string, grant: UserGrant): UserTokenClaims => ({
  ...commonClaims(world, issuer, grant),
  ...(grant.version === 1 && inVersion1(grant)),
  idtyp: 'user',
  name: grant.user.displayName,
  oid: grant.user.id,
  scp: grant.scopes.join(' '),
  sid: grant.session,
  sub: subjectFor(grant.appId, grant.user.id),
  upn: grant.user.userPrincipalName,
})

const inVersion1 = ({ amr, from, user }: UserGrant): Partial<UserTokenClaims> => ({
  acr: '1',
  amr,
  ...(from !== undefined && { ipaddr: from }),
  puid: puidOf(user.id),
  unique_name: user.userPrincipalName,
})

/** A person's number in the shape that it has there: sixteen hexadecimal digits, always the same. */
const puidOf = (user: UserId): string =>
  `1003${createHash('sha256').update(user).digest('hex').slice(0, 12)}`.toUpperCase()

function commonClaims(world: World, issuer: string, grant: AppGrant | UserGrant): Omit<TokenClaims, keyof Own> {
  const now = seconds(world.now())
  const chance = encodeBase64url(world.bytes(64))
  return {
    aud: grant.audience,
    iss: issuer,
    iat: now - BACKDATED,
    nbf: now - BACKDATED,
    exp: now + grant.lifetime,
    aio: chance.slice(0, 32),
    app_displayname: grant.version === 1 ? grant.appDisplayName : grant.appId,
    appid: grant.appId,
    appidacr: grant.appidacr,
    rh: `1.${chance.slice(32, 64)}.`,
    tid: grant.tenant,
    uti: chance.slice(64, 86),
    ver: grant.version === 1 ? '1.0' : '2.0',
    wids: grant.wids,
    ...(grant.capabilities !== undefined && { xms_cc: grant.capabilities }),
  }
}

/** What is not common to the two kinds. */
type Own = { [Name in 'idp' | 'idtyp' | 'oid' | 'sub']: unknown }
