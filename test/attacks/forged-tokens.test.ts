import { createPublicKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { HOUR } from '../../src/core/time.ts'
import { type OpenServer, openServer } from '../support/server.ts'
import { type AtEnd, openOnce } from '../support/lifecycle.ts'
import { attackersKey, hashedWith, type Json, type Opened, opened, signedBy, unsigned } from './forge.ts'

const GRAPH = 'https://graph.microsoft.com'

interface PublishedKey {
  readonly kid: string
  readonly x5c: readonly [string]
}

interface Scene {
  readonly context: OpenServer
  readonly token: string
  readonly parts: Opened
  readonly key: PublishedKey
}

/** A context, a good token of its administrator for Graph, and the key that it was signed with. */
async function scene(atEnd?: AtEnd): Promise<Scene> {
  const context = await openServer(undefined, {}, atEnd)
  const token = await context.token(context.admin, GRAPH)
  const parts = opened(token)
  const { keys } = (await context.ask('GET', `/${context.tenant.id}/discovery/v2.0/keys`, { bearer: undefined })).json<{
    keys: PublishedKey[]
  }>()
  return { context, token, parts, key: keys.find(({ kid }) => kid === parts.header.kid)! }
}

const shared = openOnce(scene)

const opens = async (context: OpenServer, bearer: string): Promise<number> =>
  (await context.ask('GET', '/v1.0/organization', { bearer })).statusCode

const pem = (key: PublishedKey): string => `-----BEGIN CERTIFICATE-----\n${key.x5c[0]}\n-----END CERTIFICATE-----\n`
const jwk = attackersKey.publicKey.export({ format: 'jwk' })

describe('a forged access token opens nothing', () => {
  it.each<[string, (scene: Scene) => string]>([
    ['with alg none and no signature', ({ parts }) => unsigned({ ...parts.header, alg: 'none' }, parts.claims)],
    ['with alg none in mixed case', ({ parts }) => unsigned({ ...parts.header, alg: 'nOnE' }, parts.claims)],
    [
      'with alg none under a real signature',
      ({ parts, token }) => unsigned({ ...parts.header, alg: 'none' }, parts.claims, token.split('.')[2]),
    ],
    ['without alg', ({ parts }) => unsigned({ ...parts.header, alg: undefined }, parts.claims)],
    [
      'hashed with the public key in PEM for a secret',
      ({ parts, key }) => {
        const secret = createPublicKey(pem(key)).export({ format: 'pem', type: 'spki' })
        return hashedWith(secret, { ...parts.header, alg: 'HS256' }, parts.claims)
      },
    ],
    [
      'hashed with the public key in DER for a secret',
      ({ parts, key }) => {
        const secret = createPublicKey(pem(key)).export({ format: 'der', type: 'spki' })
        return hashedWith(secret, { ...parts.header, alg: 'HS256' }, parts.claims)
      },
    ],
    [
      'hashed with the published certificate for a secret',
      ({ parts, key }) => hashedWith(pem(key), { ...parts.header, alg: 'HS256' }, parts.claims),
    ],
    [
      'hashed with nothing for a secret',
      ({ parts }) => hashedWith('', { ...parts.header, alg: 'HS256' }, parts.claims),
    ],
    [
      'that calls its RS256 signature PS256',
      ({ parts, token }) => unsigned({ ...parts.header, alg: 'PS256' }, parts.claims, token.split('.')[2]),
    ],
    [
      'by a stranger’s key under our key’s name',
      ({ parts }) => signedBy(attackersKey.privateKey, parts.header, parts.claims),
    ],
    [
      'that brings its key as jwk',
      ({ parts }) => signedBy(attackersKey.privateKey, { ...parts.header, jwk }, parts.claims),
    ],
    [
      'that brings its key as jwk and names it itself',
      ({ parts }) => signedBy(attackersKey.privateKey, { alg: 'RS256', jwk, kid: 'mine' }, parts.claims),
    ],
    [
      'that names a set of keys elsewhere by jku',
      ({ parts }) =>
        signedBy(attackersKey.privateKey, { ...parts.header, jku: 'https://attacker.test/keys' }, parts.claims),
    ],
    [
      'that names a certificate elsewhere by x5u',
      ({ parts }) =>
        signedBy(attackersKey.privateKey, { ...parts.header, x5u: 'https://attacker.test/cert' }, parts.claims),
    ],
    [
      'that brings our certificate as x5c and another signature',
      ({ parts, key }) => signedBy(attackersKey.privateKey, { ...parts.header, x5c: key.x5c }, parts.claims),
    ],
    [
      'whose kid is a path',
      ({ parts }) => hashedWith('', { ...parts.header, alg: 'HS256', kid: '../../../../dev/null' }, parts.claims),
    ],
    [
      'whose kid is SQL',
      ({ parts }) => signedBy(attackersKey.privateKey, { ...parts.header, kid: "' OR 1=1 --" }, parts.claims),
    ],
    [
      'whose kid is no text',
      ({ parts }) => signedBy(attackersKey.privateKey, { ...parts.header, kid: {} }, parts.claims),
    ],
    [
      'whose roles were added to',
      ({ parts, token }) => unsigned(parts.header, { ...parts.claims, roles: ['Everything'] }, token.split('.')[2]),
    ],
    [
      'with an extension that has to be understood',
      ({ parts }) => signedBy(attackersKey.privateKey, { ...parts.header, crit: ['b64'], b64: false }, parts.claims),
    ],
    ['with a fourth part', ({ token }) => `${token}.${token.split('.')[2]}`],
    ['with its signature cut off', ({ token }) => token.split('.').slice(0, 2).join('.')],
    ['with an empty signature', ({ token }) => `${token.split('.').slice(0, 2).join('.')}.`],
  ])('%s', async (_, forge) => {
    const made = shared()
    expect(await opens(made.context, made.token)).toBe(200)
    expect(await opens(made.context, forge(made))).toBe(401)
  })
})

const deep = (levels: number): string => Buffer.from('['.repeat(levels) + ']'.repeat(levels)).toString('base64url')

describe('a token that is a weight to read is refused at once', () => {
  it.each<[string, (scene: Scene) => string]>([
    [
      'claims nested ten thousand deep',
      ({ token }) => [token.split('.')[0], deep(10_000), token.split('.')[2]].join('.'),
    ],
    ['a header nested two hundred deep', ({ token }) => [deep(200), ...token.split('.').slice(1)].join('.')],
    ['five thousand parts', () => 'e30.'.repeat(5000)],
    [
      'a header of ten thousand members',
      ({ token, parts }) => {
        const members = Object.fromEntries(Array.from({ length: 10_000 }, (_, number) => [`m${number}`, number]))
        return [unsigned({ ...parts.header, ...members }, {}).split('.')[0], ...token.split('.').slice(1)].join('.')
      },
    ],
    [
      'a prototype in its claims',
      ({ parts }) => unsigned(parts.header, JSON.parse('{"__proto__":{"idtyp":"app"}}') as Json),
    ],
  ])('%s', async (_, forge) => {
    const { context, ...made } = shared()
    const bomb = forge({ context, ...made })
    const started = performance.now()
    // Node itself refuses headers beyond its bound, which a request that is injected does not pass.
    const { statusCode } = await context.ask('GET', '/v1.0/organization', { bearer: bomb })
    expect(statusCode).toBe(401)
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

describe('a real token opens only what it is for', () => {
  it('not another API than its audience', async () => {
    const { context } = await scene()
    expect(await opens(context, await context.token(context.admin, 'https://outlook.office365.com'))).toBe(401)
    const asked = await context.invoke('Get-Mailbox', {}, { bearer: await context.token(context.admin, GRAPH) })
    expect(asked.statusCode).toBe(401)
  })

  it('not another tenant than its own, whatever the path says', async () => {
    const { context } = await scene()
    const other = await context.directory.tenants.create('Fabrikam', 'fabrikam.test')
    const bearer = await context.token()
    const path = `/adminapi/beta/${other.id}/InvokeCommand`
    const payload = { CmdletInput: { CmdletName: 'Get-Mailbox', Parameters: {} } }
    expect((await context.ask('POST', path, { bearer, payload })).statusCode).toBe(401)
  })

  it('not after its end, nor before its beginning', async () => {
    const { context, token, parts } = await scene()
    context.world.advance(Number(parts.claims.exp) * 1000 - context.world.now() - 1)
    expect(await opens(context, token)).toBe(200)
    context.world.advance(1)
    expect(await opens(context, token)).toBe(401)
    context.world.advance(-7 * HOUR)
    expect(await opens(context, token)).toBe(401)
  })

  it('not another server, which has other keys', async () => {
    const ownKey = { ownKey: true }
    const one = await openServer(undefined, {}, undefined, ownKey)
    const other = await openServer(undefined, {}, undefined, ownKey)
    expect(await opens(other, await one.token(one.admin, GRAPH))).toBe(401)
  })
})
