import { createHmac, X509Certificate } from 'node:crypto'
import * as fc from 'fast-check'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory } from '../../../test/support/directory.ts'
import { TestWorld } from '../../../test/support/world.ts'
import { readJws, signingInput, writeJws } from '../../codecs/jwt/compact.ts'
import { guid, type TenantId } from '../../core/ids.ts'
import { silentLog } from '../../core/log.ts'
import { openSqliteEngine } from '../../storage/sqlite/engine.ts'
import { tokenMigrations } from './schema.ts'
import { createTokens } from './tokens.ts'
import type { AppGrant } from './types.ts'

const tenant = guid<TenantId>('11111111-1111-4111-8111-111111111111')
const grant: AppGrant = {
  kind: 'app',
  version: 1,
  tenant,
  appId: guid('22222222-2222-4222-8222-222222222222'),
  appDisplayName: 'Mail fetcher',
  servicePrincipal: guid('33333333-3333-4333-8333-333333333333'),
  audience: 'https://outlook.office365.com',
  roles: ['IMAP.AccessAsApp'],
  wids: ['0997a1d0-0d1d-4acb-b408-d5ca73121e90'],
  appidacr: '1',
  lifetime: 3600,
}

const HOUR = 3_600_000
const YEAR = 365 * 24 * HOUR

const issuer = (tenant: TenantId, version: 1 | 2) =>
  `https://mail.contoso.test/${tenant}/${version === 1 ? '' : 'v2.0'}`
const kidOf = (token: string) => readJws(token)!.header['kid']
/** Well made, but under a key that nobody has. */
const strange = (kid: string) => writeJws(signingInput({ alg: 'RS256', kid }, {}), Buffer.alloc(256))

async function stage() {
  const world = new TestWorld()
  const dir = temporaryDirectory()
  const engine = await openSqliteEngine({ dir, migrations: tokenMigrations, world, log: silentLog })
  onTestFinished(() => engine.close())
  const { sql } = engine
  const fresh = () => createTokens({ sql, world, log: silentLog, issuer })
  return { world, sql, fresh, tokens: fresh() }
}

test('a token carries what was granted, with the members and times of a v1 token', async () => {
  const { world, tokens } = await stage()
  const now = world.now() / 1000
  const { token, expiresIn, claims } = await tokens.mint(grant)
  const read = readJws(token)!
  const [key] = await tokens.keys()
  expect(read.header).toEqual({ typ: 'JWT', alg: 'RS256', kid: key!.kid, x5t: key!.kid })
  expect(read.claims).toEqual(claims)
  expect(claims).toEqual({
    aud: 'https://outlook.office365.com',
    iss: `https://mail.contoso.test/${tenant}/`,
    iat: now - 300,
    nbf: now - 300,
    exp: now + 3600,
    aio: expect.stringMatching(/^[\w-]{32}$/) as string,
    app_displayname: 'Mail fetcher',
    appid: grant.appId,
    appidacr: '1',
    idp: `https://mail.contoso.test/${tenant}/`,
    idtyp: 'app',
    oid: grant.servicePrincipal,
    rh: expect.stringMatching(/^1\.[\w-]{32}\.$/) as string,
    roles: ['IMAP.AccessAsApp'],
    sub: grant.servicePrincipal,
    tid: tenant,
    uti: expect.stringMatching(/^[\w-]{22}$/) as string,
    ver: '1.0',
    wids: grant.wids,
  })
  expect(expiresIn).toBe(3599)
})

test('no roles is no claim', async () => {
  const { tokens } = await stage()
  expect((await tokens.mint({ ...grant, roles: [] })).claims).not.toHaveProperty('roles')
})

test('every token is another one', async () => {
  const { tokens } = await stage()
  const minted = await Promise.all(Array.from({ length: 20 }, () => tokens.mint(grant)))
  expect(new Set(minted.map(({ token }) => token)).size).toBe(20)
  expect(await tokens.keys()).toHaveLength(1)
})

test('what is minted verifies, here and after a restart, at first sight and again', async () => {
  const { tokens, fresh } = await stage()
  const text = fc.string({ unit: 'grapheme' })
  await fc.assert(
    fc.asyncProperty(text, text, fc.array(text), async (appDisplayName, audience, roles) => {
      const { token, claims } = await tokens.mint({ ...grant, appDisplayName, audience, roles })
      for (const verifier of [tokens, tokens, fresh()]) {
        expect(await verifier.verify(token)).toEqual({ ok: true, claims })
      }
    }),
    { numRuns: 20 },
  )
})

test("a library that is not ours verifies it with the keys that are published, and reads the key's certificate", async () => {
  const { world, tokens } = await stage()
  const { token } = await tokens.mint(grant)
  const keys = await tokens.keys()
  const { payload } = await jwtVerify(
    token,
    createLocalJWKSet({ keys: keys.map((key) => ({ ...key, x5c: [...key.x5c] })) }),
    {
      issuer: tokens.issuer(tenant),
      audience: grant.audience,
      algorithms: ['RS256'],
      currentDate: new Date(world.now()),
    },
  )
  expect(payload['oid']).toBe(grant.servicePrincipal)
  const certificate = new X509Certificate(Buffer.from(keys[0]!.x5c[0]!, 'base64'))
  expect(certificate.verify(certificate.publicKey)).toBe(true)
  expect(Buffer.from(certificate.fingerprint.replaceAll(':', ''), 'hex').toString('base64url')).toBe(keys[0]!.kid)
})

test('a token of which any one character is another never verifies', async () => {
  const { tokens } = await stage()
  const { token } = await tokens.mint(grant)
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ '
  for (let at = 0; at < token.length; at++) {
    const other = alphabet[(alphabet.indexOf(token[at]!) + 1 + (at % (alphabet.length - 1))) % alphabet.length]!
    const changed = token.slice(0, at) + other + token.slice(at + 1)
    expect(await tokens.verify(changed)).toMatchObject({ ok: false })
  }
  // The last character has bits to spare: each of its neighbours decodes to the same signature.
  for (const last of alphabet) {
    if (last !== token.at(-1)) expect(await tokens.verify(token.slice(0, -1) + last)).toMatchObject({ ok: false })
  }
})

test('a token that is cut, doubled or longer than any of ours never verifies', async () => {
  const { tokens } = await stage()
  const { token } = await tokens.mint(grant)
  for (const changed of [token.slice(0, -1), `${token}A`, `${token}.`, ` ${token}`, token + token, 'A'.repeat(1e6)]) {
    expect(await tokens.verify(changed)).toMatchObject({ ok: false })
  }
})

test('the header does not choose how the signature is checked', async () => {
  const { tokens } = await stage()
  const { token } = await tokens.mint(grant)
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

test("another server's token names a key that is not ours", async () => {
  const { tokens } = await stage()
  const other = await stage()
  const { token } = await other.tokens.mint(grant)
  expect(await tokens.verify(token)).toEqual({
    ok: false,
    fault: 'unknown-key',
    evidence: `It names the key "${String(kidOf(token))}", which is none of this server's.`,
  })
})

test("another server's signature under our key's name is no better", async () => {
  const { tokens } = await stage()
  const { sql, fresh } = await stage()
  const [ours] = await tokens.keys()
  await fresh().keys()
  await sql.write(function* () {
    yield { parts: [`update token_key set kid = '${ours!.kid}'`], args: [] }
  })
  const { token } = await fresh().mint(grant)
  expect(await tokens.verify(token)).toMatchObject({ ok: false, fault: 'bad-signature' })
})

test('an extension that has to be understood, and a key that is not named, are refused', async () => {
  const { tokens } = await stage()
  const { header, claims } = readJws((await tokens.mint(grant)).token)!
  const sent = (header: object) => tokens.verify(writeJws(signingInput({ ...header }, claims), Buffer.alloc(256)))
  expect(await sent({ ...header, crit: ['b64'], b64: false })).toMatchObject({ fault: 'malformed' })
  expect(await sent({ ...header, kid: undefined })).toMatchObject({ fault: 'unknown-key' })
  expect(await sent({ ...header, kid: ['a'] })).toMatchObject({ fault: 'unknown-key' })
})

test('evidence never carries much of what a stranger wrote', async () => {
  const { tokens } = await stage()
  const verdict = await tokens.verify(strange('\r\n\x9b\u202e'.repeat(1000)))
  expect(verdict).toMatchObject({ fault: 'unknown-key', evidence: expect.stringMatching(/^[ -~]{1,200}$/) as string })
})

test('a token ends to the second, also one that was verified before', async () => {
  const { world, tokens, fresh } = await stage()
  const { token } = await tokens.mint(grant)
  world.advance(HOUR - 1)
  expect((await tokens.verify(token)).ok).toBe(true)
  world.advance(1)
  for (const verifier of [tokens, tokens, fresh()]) {
    expect(await verifier.verify(token)).toMatchObject({
      ok: false,
      fault: 'expired',
      evidence: 'It ended at 2026-11-24T09:00:00Z; it is 2026-11-24T09:00:00Z.',
      claims: { appid: grant.appId },
    })
  }
})

test('a token begins five minutes before it was minted, and not earlier', async () => {
  const { world, tokens, fresh } = await stage()
  const { token } = await tokens.mint(grant)
  world.advance(-300_000)
  expect((await fresh().verify(token)).ok).toBe(true)
  world.advance(-1)
  expect(await fresh().verify(token)).toMatchObject({ ok: false, fault: 'not-yet-valid' })
})

test('a token of ours in the name of another issuer is refused', async () => {
  const { world, sql, tokens } = await stage()
  const moved = createTokens({ sql, world, log: silentLog, issuer: (tenant) => `https://other.test/${tenant}/` })
  const { token } = await tokens.mint(grant)
  expect(await moved.verify(token)).toMatchObject({
    ok: false,
    fault: 'wrong-issuer',
    claims: { appid: grant.appId },
  })
})

test('keys take turns: the new one signs, the old one is believed until it ends', async () => {
  const { world, tokens, fresh } = await stage()
  const lifetime = 24 * 3600
  const first = await tokens.mint({ ...grant, lifetime })
  world.advance(2 * YEAR - 30 * 24 * HOUR - 1)
  const old = await tokens.mint({ ...grant, lifetime })
  world.advance(1)
  const other = fresh()
  const fromNew = await tokens.mint({ ...grant, lifetime })

  const [newest, oldest, ...none] = await tokens.keys()
  expect(none).toEqual([])
  expect([first, old, fromNew].map(({ token }) => kidOf(token))).toEqual([oldest!.kid, oldest!.kid, newest!.kid])
  for (const verifier of [tokens, other]) {
    expect((await verifier.verify(old.token)).ok).toBe(true)
    expect((await verifier.verify(fromNew.token)).ok).toBe(true)
  }

  world.advance(30 * 24 * HOUR)
  expect((await tokens.keys()).map((key) => key.kid)).toEqual([newest!.kid])
  expect(await fresh().verify(old.token)).toMatchObject({ fault: 'unknown-key' })
})

test('a key that another process made is found, and the table is not asked for every unknown one', async () => {
  const { world, sql, fresh } = await stage()
  let reads = 0
  const counting = {
    ...sql,
    all: <R>(...given: Parameters<typeof sql.all>) => {
      reads++
      return sql.all<R>(...given)
    },
  }
  const here = createTokens({ sql: counting, world, log: silentLog, issuer })
  const { token } = await fresh().mint(grant)
  expect((await here.verify(token)).ok).toBe(true)

  reads = 0
  for (let n = 0; n < 100; n++) expect(await here.verify(strange(`k${n}`))).toMatchObject({ fault: 'unknown-key' })
  expect(reads).toBe(0)
  world.advance(10_000)
  await here.verify(strange('k0'))
  expect(reads).toBe(1)
})

test('processes that start together agree on one key', async () => {
  const { fresh } = await stage()
  const rings = await Promise.all(Array.from({ length: 3 }, () => fresh().keys()))
  expect(new Set(rings.flat().map((key) => key.kid)).size).toBe(1)
})
