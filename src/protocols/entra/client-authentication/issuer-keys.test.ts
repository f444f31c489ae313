import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { TestWorld } from '../../../../test/support/world.ts'
import { MINUTE } from '../../../core/time.ts'
import { refuse } from '../../../core/refusal.ts'
import { issuerKeys } from './issuer-keys.ts'

const ISSUER = 'https://token.issuer.test/tenant'

const jwkOf = (kid: string, further: object = {}, bits = 2048): object => ({
  ...generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'jwk' }),
  kid,
  use: 'sig',
  ...further,
})
const first = jwkOf('first')
const second = jwkOf('second')

/** An outside whose documents a test changes, and which counts how often it is asked. */
function outside(keys: unknown[] = [first]) {
  const world = new TestWorld()
  const issuer = {
    keys,
    document: { issuer: ISSUER, jwks_uri: 'https://keys.issuer.test/jwks' } as Record<string, unknown>,
    maxAge: undefined as number | undefined,
    down: false,
    asked: [] as string[],
  }
  const find = issuerKeys({
    world,
    fetch: async (url) => {
      issuer.asked.push(url.href)
      await Promise.resolve()
      if (issuer.down) return refuse('no-such-thing', 'down')
      const body = url.pathname.endsWith('/openid-configuration') ? issuer.document : { keys: issuer.keys }
      return { body, maxAge: issuer.maxAge }
    },
  })
  return { world, issuer, find: (kid: string, of = ISSUER) => find.find(of, kid) }
}

describe('the keys of an outside issuer', () => {
  it('are found through its discovery document', async () => {
    const { issuer, find } = outside([first, second])
    expect((await find('second'))?.asymmetricKeyType).toBe('rsa')
    expect(issuer.asked).toEqual([
      'https://token.issuer.test/tenant/.well-known/openid-configuration',
      'https://keys.issuer.test/jwks',
    ])
  })

  it('are asked for once by all that come at the same time', async () => {
    const { issuer, find } = outside()
    const found = await Promise.all(Array.from({ length: 50 }, () => find('first')))
    expect(found.every((key) => key !== undefined)).toBe(true)
    expect(issuer.asked).toHaveLength(2)
  })

  it.each([
    [undefined, 60],
    [1, 5],
    [1200, 20],
    [1e9, 24 * 60],
  ])('that are good for %s seconds are kept for %i minutes', async (maxAge, minutes) => {
    const { world, issuer, find } = outside()
    issuer.maxAge = maxAge
    await find('first')
    world.advance(minutes * MINUTE - 1)
    await find('first')
    expect(issuer.asked).toHaveLength(2)
    world.advance(1)
    await find('first')
    expect(issuer.asked).toHaveLength(4)
  })

  it('are asked for again when one is missing, and no more than once a minute', async () => {
    const { world, issuer, find } = outside()
    await find('first')
    issuer.keys = [first, second]
    expect(await find('second')).toBeUndefined()
    expect(issuer.asked).toHaveLength(2)
    world.advance(MINUTE)
    expect(await find('second')).toBeDefined()
    expect(await find('third')).toBeUndefined()
    expect(issuer.asked).toHaveLength(4)
  })

  it('stay good while the issuer is away, until their time is over', async () => {
    const { world, issuer, find } = outside()
    await find('first')
    issuer.down = true
    world.advance(MINUTE)
    await expect(find('second')).rejects.toThrow()
    expect(await find('first')).toBeDefined()
    world.advance(60 * MINUTE)
    await expect(find('first')).rejects.toThrow()
  })

  it('are not asked for again right after the issuer was away', async () => {
    const { world, issuer, find } = outside()
    issuer.down = true
    await expect(find('first')).rejects.toThrow('down')
    await expect(find('first')).rejects.toThrow()
    expect(issuer.asked).toHaveLength(1)
    issuer.down = false
    world.advance(10_000)
    expect(await find('first')).toBeDefined()
  })

  it('are remembered of so many issuers, the latest', async () => {
    const world = new TestWorld()
    const asked: string[] = []
    const keys = issuerKeys({
      world,
      fetch: async (url) => {
        asked.push(url.host)
        const body =
          url.pathname === '/jwks' ? { keys: [first] } : { issuer: url.origin, jwks_uri: `${url.origin}/jwks` }
        return { body, maxAge: undefined }
      },
    })
    for (let place = 0; place <= 200; place++) await keys.find(`https://i${place}.test`, 'first')
    asked.length = 0
    await keys.find('https://i200.test', 'first')
    expect(asked).toEqual([])
    await keys.find('https://i0.test', 'first')
    expect(asked).toEqual(['i0.test', 'i0.test'])
  })

  it.each<[string, Record<string, unknown>]>([
    ['names another issuer', { issuer: 'https://other.test' }],
    ['differs by a slash', { issuer: `${ISSUER}/` }],
    ['names no keys', { jwks_uri: undefined }],
    ['names keys over plain http', { jwks_uri: 'http://keys.issuer.test/jwks' }],
    ['names keys in a file', { jwks_uri: 'file:///etc/passwd' }],
    ['names keys behind a password', { jwks_uri: 'https://a:b@keys.issuer.test/jwks' }],
  ])('are not taken where the document %s', async (_, change) => {
    const { issuer, find } = outside()
    issuer.document = { ...issuer.document, ...change }
    await expect(find('first')).rejects.toThrow()
  })

  it.each([
    'http://plain.test',
    'ftp://x',
    'not a url',
    'https://',
    'https://issuer.test/?a',
    'https://issuer.test/#a',
  ])('are not asked for at %s', async (issuer) => {
    const { issuer: made, find } = outside()
    await expect(find('first', issuer)).rejects.toThrow()
    expect(made.asked).toEqual([])
  })

  it.each<[string, unknown]>([
    ['of another kind', { kty: 'EC', kid: 'x', crv: 'P-256', x: 'AA', y: 'AA' }],
    ['of a secret', { kty: 'oct', kid: 'x', k: 'AAAA' }],
    ['for encryption', jwkOf('x', { use: 'enc' })],
    ['for another algorithm', jwkOf('x', { alg: 'RS512' })],
    ['that is too short', jwkOf('x', {}, 1024)],
    ['that cannot be read', { kty: 'RSA', kid: 'x', n: '!', e: 5 }],
    ['without a name', jwkOf('x', { kid: undefined })],
    ['that is no object', 'x'],
    ['that is nothing', null],
  ])('leave out one %s', async (_, key) => {
    const { find } = outside([key, first])
    expect(await find('x')).toBeUndefined()
    expect(await find('first')).toBeDefined()
  })
})
