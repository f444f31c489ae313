import { createHash, hash, type KeyObject, sign } from 'node:crypto'
import { encodeBase64url, signingInput, writeJws } from '../../codecs/jwt/jws.ts'
import type { JsonObject } from '../../core/json.ts'
import type { AppId, UserId } from '../../core/ids.ts'
import { seconds, type World } from '../../core/world.ts'
import type { SigningKey } from './signing-key.ts'
import type {
  AccessToken,
  AppGrant,
  AppTokenClaims,
  IdGrant,
  TokenClaims,
  TokenUser,
  UserGrant,
  UserTokenClaims,
} from './types.ts'

/** docs/reference/identity.md §2.4: tokens are backdated by five minutes. */
const BACKDATED = 300

/** Signs an access token in the version that its resource accepts. */
export async function mint(
  world: World,
  key: SigningKey,
  issuer: string,
  grant: AppGrant | UserGrant,
): Promise<AccessToken> {
  const claims = grant.kind === 'app' ? appClaims(world, issuer, grant) : userClaims(world, issuer, grant)
  const token = await signed(key, headerOf(world, key, grant), grant.version === 2 ? asVersion2(claims) : { ...claims })
  // One second less than the real lifetime, as in Entra: a client never believes a token that has expired.
  return { token, expiresIn: grant.lifetime - 1, claims }
}

type Header = Readonly<Record<string, unknown>>

/** docs/reference/identity.md §4.1, §4.3 */
const headerOf = (world: World, { kid }: SigningKey, { version, nonceInHeader }: AppGrant | UserGrant): Header => ({
  typ: 'JWT',
  ...(nonceInHeader === true && { nonce: encodeBase64url(world.bytes(32)) }),
  alg: 'RS256',
  ...(version === 1 && { x5t: kid }),
  kid,
})

async function signed(key: SigningKey, header: Header, claims: Readonly<Record<string, unknown>>): Promise<string> {
  const input = signingInput(header, claims)
  const over = 'nonce' in header ? signingInput(withHashedNonce(header), claims) : input
  return writeJws(input, await signBatched(key.privateKey, Buffer.from(over, 'latin1')))
}

/** docs/reference/identity.md §4.1: the signed header contains the hash of its nonce in place of the nonce. */
export const withHashedNonce = (header: Header): Header => ({
  ...header,
  nonce: hash('sha256', String(header['nonce']), 'base64url'),
})

/** docs/reference/identity.md §4.2 */
const appClaims = (world: World, issuer: string, grant: AppGrant): AppTokenClaims => ({
  ...commonClaims(world, issuer, grant),
  ...(grant.version === 1 && { idp: issuer }),
  idtyp: 'app',
  oid: grant.servicePrincipal,
  // docs/reference/identity.md §4.4: without roles the claim is absent, not empty.
  ...(grant.roles.length > 0 && { roles: grant.roles }),
  sub: grant.servicePrincipal,
  ...(grant.tenantCreated !== undefined && {
    tenant_region_scope: 'WW',
    xms_tcdt: seconds(grant.tenantCreated),
  }),
})

/** docs/reference/identity.md §4.5 */
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

/** The user's number in Entra's format: sixteen hexadecimal digits, always the same. */
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

/** The claims that differ between the two kinds. */
type Own = { [Name in 'idp' | 'idtyp' | 'oid' | 'sub']: unknown }

/** Signs an ID token (OpenID Connect Core 1.0 §2, docs/reference/identity.md §7.5). */
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

/** v1 has no scope `profile`: the names are always there. */
const namesV1 = ({ displayName, userPrincipalName }: TokenUser) => ({
  name: displayName,
  unique_name: userPrincipalName,
  upn: userPrincipalName,
})
const namesV2 = ({ displayName, userPrincipalName }: TokenUser) => ({
  name: displayName,
  preferred_username: userPrincipalName,
})

/** OpenID Connect Core 1.0 §3.3.2.11: the left half of the SHA-256 hash. */
const leftHalf = (value: string): string =>
  createHash('sha256').update(value, 'ascii').digest().subarray(0, 16).toString('base64url')

/** docs/reference/identity.md §4.3, §4.5: claims with another name in v2. */
const renamed = { appid: 'azp', appidacr: 'azpacr', upn: 'preferred_username' } as const

/** Returns the claims with the names of v2. */
function asVersion2(claims: TokenClaims): JsonObject {
  const entries = Object.entries(claims)
    .filter(([name]) => name !== 'app_displayname')
    .map(([name, value]) => [names.get(name) ?? name, value])
  return Object.fromEntries(entries) as JsonObject
}

/** Returns the claims of a v2 token with the names of v1. */
export function fromVersion2(claims: JsonObject): JsonObject {
  const entries = Object.entries(claims).map(([name, value]) => [namesBefore.get(name) ?? name, value])
  return { ...Object.fromEntries(entries), app_displayname: claims['azp'] } as JsonObject
}

const names = new Map<string, string>(Object.entries(renamed))
const namesBefore = new Map<string, string>([...names].map(([before, after]) => [after, before]))

/** OpenID Connect Core 1.0 §8.1: a pairwise `sub`, different for each app and always the same for one. */
export const subjectFor = (appId: AppId, user: UserId): string =>
  createHash('sha256').update(appId).update(user).digest('base64url')

/**
 * Signatures in one turn of the event loop, a quarter of a millisecond each. More wait until other work had its turn.
 */
const BATCH_SIZE = 8

interface Waiting {
  readonly key: KeyObject
  readonly input: Uint8Array
  readonly done: PromiseWithResolvers<Buffer>
}

let waiting: Waiting[] = []

/**
 * RSASSA-PKCS1-v1_5 with SHA-256. It runs in this thread, because a signature in the thread pool costs a third more:
 * each hand-over wakes a thread, and only one of them can use a key at a time. A batch is signed completely before its
 * promises resolve, so that the answers leave together.
 */
export function signBatched(key: KeyObject, input: Uint8Array): Promise<Buffer> {
  const done = Promise.withResolvers<Buffer>()
  if (waiting.length === 0) setImmediate(signBatch)
  waiting.push({ key, input, done })
  return done.promise
}

function signBatch(): void {
  const turn = waiting.slice(0, BATCH_SIZE)
  const answers = turn.map(answerTo)
  waiting = waiting.slice(BATCH_SIZE)
  if (waiting.length > 0) setImmediate(signBatch)
  for (const answer of answers) answer()
}

function answerTo({ key, input, done }: Waiting): () => void {
  try {
    const signature = sign('sha256', input, key)
    return () => done.resolve(signature)
  } catch (error) {
    return () => done.reject(error)
  }
}
