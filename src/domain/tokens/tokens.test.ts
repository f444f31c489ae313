import { createHmac, generateKeyPairSync, sign, X509Certificate } from 'node:crypto'
import * as fc from 'fast-check'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { signingKeys } from './key-table.ts'
import { appGrant, openTokens, tokenTenant } from '../../../test/support/tokens.ts'
import { readJws, signingInput, writeJws } from '../../codecs/jwt/jws.ts'
import { HOUR } from '../../core/time.ts'

const kidOf = (token: string) => readJws(token)!.header['kid']
/** A valid token, but under an unknown key. */
const strange = (kid: string) => writeJws(signingInput({ alg: 'RS256', kid }, {}), Buffer.alloc(256))

test('a token has the grant, and the claims and times of a version 1 token', async () => {
  const { world, tokens } = await openTokens()
  const now = world.now() / 1000
  const { token, expiresIn, claims } = await tokens.mint(appGrant)
  const read = readJws(token)!
  const [key] = await tokens.keys()
  expect(read.header).toEqual({ typ: 'JWT', alg: 'RS256', kid: key!.kid, x5t: key!.kid })
  expect(read.claims).toEqual(claims)
  expect(claims).toEqual({
    aud: 'https://outlook.office365.com',
    iss: `https://mail.contoso.test/${tokenTenant}/`,
    iat: now - 300,
    nbf: now - 300,
    exp: now + 3600,
    aio: expect.stringMatching(/^[\w-]{32}$/) as string,
    app_displayname: 'Mail fetcher',
    appid: appGrant.appId,
    appidacr: '1',
    idp: `https://mail.contoso.test/${tokenTenant}/`,
    idtyp: 'app',
    oid: appGrant.servicePrincipal,
    rh: expect.stringMatching(/^1\.[\w-]{32}\.$/) as string,
    roles: ['IMAP.AccessAsApp'],
    sub: appGrant.servicePrincipal,
    tid: tokenTenant,
    uti: expect.stringMatching(/^[\w-]{22}$/) as string,
    ver: '1.0',
    wids: appGrant.wids,
  })
  expect(expiresIn).toBe(3599)
})

test('a token without roles has no roles claim', async () => {
  const { tokens } = await openTokens()
  expect((await tokens.mint({ ...appGrant, roles: [] })).claims).not.toHaveProperty('roles')
})

test('every token is unique', async () => {
  const { tokens } = await openTokens()
  const minted = await Promise.all(Array.from({ length: 20 }, () => tokens.mint(appGrant)))
  expect(new Set(minted.map(({ token }) => token)).size).toBe(20)
  expect(await tokens.keys()).toHaveLength(1)
})

test('a minted token verifies, also after a restart and a second time', async () => {
  const { tokens, fresh } = await openTokens()
  const text = fc.string({ unit: 'grapheme' })
  await fc.assert(
    fc.asyncProperty(text, text, fc.array(text), async (appDisplayName, audience, roles) => {
      const { token, claims } = await tokens.mint({ ...appGrant, appDisplayName, audience, roles })
      for (const verifier of [tokens, tokens, fresh()]) {
        expect(await verifier.verify(token)).toEqual({ ok: true, claims })
      }
    }),
    { numRuns: 20 },
  )
})

test('an independent library verifies a token with the published keys and reads the certificate', async () => {
  const { world, tokens } = await openTokens()
  const { token } = await tokens.mint(appGrant)
  const keys = await tokens.keys()
  const { payload } = await jwtVerify(
    token,
    createLocalJWKSet({ keys: keys.map((key) => ({ ...key, x5c: [...key.x5c] })) }),
    {
      issuer: tokens.issuer(tokenTenant),
      audience: appGrant.audience,
      algorithms: ['RS256'],
      currentDate: new Date(world.now()),
    },
  )
  expect(payload['oid']).toBe(appGrant.servicePrincipal)
  const certificate = new X509Certificate(Buffer.from(keys[0]!.x5c[0]!, 'base64'))
  expect(certificate.verify(certificate.publicKey)).toBe(true)
  expect(Buffer.from(certificate.fingerprint.replaceAll(':', ''), 'hex').toString('base64url')).toBe(keys[0]!.kid)
})

test('a token with any one character changed never verifies', async () => {
  const { tokens } = await openTokens()
  const { token } = await tokens.mint(appGrant)
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ '
  for (let at = 0; at < token.length; at++) {
    const other = alphabet[(alphabet.indexOf(token[at]!) + 1 + (at % (alphabet.length - 1))) % alphabet.length]!
    const changed = token.slice(0, at) + other + token.slice(at + 1)
    expect(await tokens.verify(changed)).toMatchObject({ ok: false })
  }
  // The last character has unused bits: its neighbours decode to the same signature.
  for (const last of alphabet) {
    if (last !== token.at(-1)) expect(await tokens.verify(token.slice(0, -1) + last)).toMatchObject({ ok: false })
  }
})

test('a token that is cut, doubled or too long never verifies', async () => {
  const { tokens } = await openTokens()
  const { token } = await tokens.mint(appGrant)
  for (const changed of [token.slice(0, -1), `${token}A`, `${token}.`, ` ${token}`, token + token, 'A'.repeat(1e6)]) {
    expect(await tokens.verify(changed)).toMatchObject({ ok: false })
  }
})

test('the header does not select how the signature is checked', async () => {
  const { tokens } = await openTokens()
  const { token } = await tokens.mint(appGrant)
  const { header, claims } = readJws(token)!
  const [key] = await tokens.keys()
  const pem = new X509Certificate(Buffer.from(key!.x5c[0]!, 'base64')).publicKey.export({ format: 'pem', type: 'spki' })
  for (const alg of ['none', 'None', 'HS256', 'RS512', 'PS256', 'ES256', 256, null, undefined]) {
    const input = signingInput({ ...header, alg }, claims)
    for (const signature of [
      Buffer.alloc(0),
      createHmac('sha256', pem).update(input).digest(),
      readJws(token)!.signature,
    ]) {
      expect(await tokens.verify(writeJws(input, signature))).toMatchObject({ ok: false, fault: 'bad-signature' })
    }
  }
})

test('a key that the header contains or points to is ignored', async () => {
  const { tokens } = await openTokens()
  const { header, claims } = readJws((await tokens.mint(appGrant)).token)!
  const forger = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = forger.publicKey.export({ format: 'jwk' })
  const [ours] = await tokens.keys()
  for (const brought of [
    { jwk },
    { jwk: { ...jwk, kid: ours!.kid } },
    { jku: 'https://127.0.0.1:1/keys' },
    { x5u: 'https://127.0.0.1:1/chain.pem' },
    { x5c: ours!.x5c },
  ]) {
    const input = signingInput({ ...header, ...brought }, claims)
    const forged = writeJws(input, sign('sha256', Buffer.from(input), forger.privateKey))
    expect(await tokens.verify(forged)).toMatchObject({ ok: false, fault: 'bad-signature' })
  }
})

test("another server's token names an unknown key", async () => {
  const { tokens } = await openTokens()
  const other = await openTokens()
  const { token } = await other.tokens.mint(appGrant)
  expect(await tokens.verify(token)).toEqual({
    ok: false,
    fault: 'unknown-key',
    evidence: `It names the key "${String(kidOf(token))}", which is not a key of this server.`,
  })
})

test("another server's signature under a known key id does not verify", async () => {
  const { tokens } = await openTokens()
  const { sql, fresh } = await openTokens()
  const [ours] = await tokens.keys()
  await fresh().keys()
  await sql.write(
    function* () {
      yield { parts: [`update token_key set kid = '${ours!.kid}'`], args: [] }
    },
    [signingKeys],
  )
  const { token } = await fresh().mint(appGrant)
  expect(await tokens.verify(token)).toMatchObject({ ok: false, fault: 'bad-signature' })
})

test('a critical extension and a missing key id are refused', async () => {
  const { tokens } = await openTokens()
  const { header, claims } = readJws((await tokens.mint(appGrant)).token)!
  const sent = (header: object) => tokens.verify(writeJws(signingInput({ ...header }, claims), Buffer.alloc(256)))
  expect(await sent({ ...header, crit: ['b64'], b64: false })).toMatchObject({ fault: 'malformed' })
  expect(await sent({ ...header, kid: undefined })).toMatchObject({ fault: 'unknown-key' })
  expect(await sent({ ...header, kid: ['a'] })).toMatchObject({ fault: 'unknown-key' })
})

test('evidence contains little of an untrusted text', async () => {
  const { tokens } = await openTokens()
  const verdict = await tokens.verify(strange('\r\n\x9b\u202e'.repeat(1000)))
  expect(verdict).toMatchObject({ fault: 'unknown-key', evidence: expect.stringMatching(/^[ -~]{1,200}$/) as string })
})

test('a token expires to the second, also one that was verified before', async () => {
  const { world, tokens, fresh } = await openTokens()
  const { token } = await tokens.mint(appGrant)
  world.advance(HOUR - 1)
  expect((await tokens.verify(token)).ok).toBe(true)
  world.advance(1)
  for (const verifier of [tokens, tokens, fresh()]) {
    expect(await verifier.verify(token)).toMatchObject({
      ok: false,
      fault: 'expired',
      evidence: 'It ended at 2026-11-24T09:00:00Z; it is 2026-11-24T09:00:00Z.',
      claims: { appid: appGrant.appId },
    })
  }
})

test('a token is valid from five minutes before it was minted, and not earlier', async () => {
  const { world, tokens, fresh } = await openTokens()
  const { token } = await tokens.mint(appGrant)
  world.advance(-300_000)
  expect((await fresh().verify(token)).ok).toBe(true)
  world.advance(-1)
  expect(await fresh().verify(token)).toMatchObject({ ok: false, fault: 'not-yet-valid' })
})

test("this server's token with another issuer is refused", async () => {
  const { fresh, tokens } = await openTokens()
  const moved = fresh({ issuer: (of) => `https://other.test/${of}/` })
  const { token } = await tokens.mint(appGrant)
  expect(await moved.verify(token)).toMatchObject({
    ok: false,
    fault: 'wrong-issuer',
    claims: { appid: appGrant.appId },
  })
})

test('a key of another process is found, and unknown keys do not each cause a query', async () => {
  const { world, sql, fresh } = await openTokens()
  let reads = 0
  const counting = {
    ...sql,
    all: <R>(...given: Parameters<typeof sql.all>) => {
      reads++
      return sql.all<R>(...given)
    },
  }
  const here = fresh({ sql: counting })
  const { token } = await fresh().mint(appGrant)
  expect((await here.verify(token)).ok).toBe(true)

  reads = 0
  for (let n = 0; n < 100; n++) expect(await here.verify(strange(`k${n}`))).toMatchObject({ fault: 'unknown-key' })
  expect(reads).toBe(0)
  world.advance(10_000)
  await here.verify(strange('k0'))
  expect(reads).toBe(1)
})

test('processes that start together use the same key', async () => {
  const { fresh } = await openTokens()
  const rings = await Promise.all(Array.from({ length: 3 }, () => fresh().keys()))
  expect(new Set(rings.flat().map((key) => key.kid)).size).toBe(1)
})
