import { constants, generateKeyPairSync, sign } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { type TestCertificate, makeCertificate } from '../../../../test/support/certificates.ts'
import { GRAPH } from '../../../../test/support/access.ts'
import { openGraph } from '../../../../test/support/graph-server.ts'
import { registerApp } from '../../../../test/support/directory.ts'
import { TestWorld } from '../../../../test/support/world.ts'
import { signingInput, writeJws } from '../../../codecs/jwt/jws.ts'
import { DAY } from '../../../core/time.ts'
import { seconds } from '../../../core/world.ts'

let first: TestCertificate
let second: TestCertificate
beforeAll(async () => {
  const now = new TestWorld().now()
  first = await makeCertificate({ now })
  second = await makeCertificate({ now })
})

async function openWithKey() {
  const stage = await openGraph()
  const registered = await registerApp(stage, 'Roller')
  const { id } = registered.app
  const app = await stage.directory.apps.update(stage.tenant.id, id, { certificates: [{ der: first.der }] })
  const now = seconds(stage.world.now())
  const usual = { aud: '00000002-0000-0000-c000-000000000000', iss: id, nbf: now, exp: now + 600 }
  const proof = (claims: object = {}, header: object = { alg: 'RS256' }, key = first.privateKey) => {
    const input = signingInput({ typ: 'JWT', ...header }, { ...usual, ...claims })
    return writeJws(input, sign('sha256', Buffer.from(input), key))
  }
  return { ...stage, registered, app, proof, path: `/applications/${id}`, now }
}

const as = (bearer: string) => ({ authorization: `Bearer ${bearer}` })

const keyCredential = () => ({
  type: 'AsymmetricX509Cert',
  usage: 'Verify',
  key: second.der.toString('base64'),
  displayName: 'Next',
})

describe('addKey and removeKey', () => {
  it('roll a key, proved by the one before', async () => {
    const { call, path, proof, app } = await openWithKey()
    const added = await call('POST', `${path}/addKey`, {
      keyCredential: keyCredential(),
      passwordCredential: null,
      proof: proof(),
    })
    expect(added.status).toBe(200)
    expect(added.body).toMatchObject({ displayName: 'Next', type: 'AsymmetricX509Cert', usage: 'Verify', key: null })
    expect(added.body.customKeyIdentifier).toBe(second.sha1.toString('base64'))
    const gone = await call('POST', `${path}/removeKey`, {
      keyId: app.certificates[0]!.keyId,
      proof: proof({ iss: app.appId }, { alg: 'RS256' }, second.privateKey),
    })
    expect(gone.status).toBe(204)
    const { body } = await call('GET', path)
    expect(body.keyCredentials.map((it: { keyId: string }) => it.keyId)).toEqual([added.body.keyId])
  })

  it('take a proof that is signed with PS256', async () => {
    const { call, path, app, now } = await openWithKey()
    const claims = { aud: '00000002-0000-0000-c000-000000000000', iss: app.id, nbf: now, exp: now + 600 }
    const input = signingInput({ alg: 'PS256' }, claims)
    const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    const proof = writeJws(input, sign('sha256', Buffer.from(input), { key: first.privateKey, ...padding }))
    expect((await call('POST', `${path}/addKey`, { keyCredential: keyCredential(), proof })).status).toBe(200)
  })

  it('need no permission of an app for its own keys, and one for those of others', async () => {
    const stage = await openWithKey()
    const body = { keyCredential: keyCredential(), proof: stage.proof() }
    const token = await stage.tokenFor(stage.registered, { audience: GRAPH, roles: [] })
    const other = await registerApp(stage, 'Other')
    const otherToken = await stage.tokenFor(other, { audience: GRAPH, roles: [] })
    expect((await stage.call('POST', `${stage.path}/addKey`, body, as(otherToken))).status).toBe(403)
    expect((await stage.call('POST', `/applications/${other.app.id}/addKey`, body, as(token))).status).toBe(403)
    const byAppId = `/applications(appId='${stage.app.appId}')/addKey`
    expect((await stage.call('POST', byAppId, body, as(token))).status).toBe(200)
  })

  it.each<[string, (open: Awaited<ReturnType<typeof openWithKey>>) => string]>([
    ['is no JWT', () => 'x'],
    ['is signed by nobody', ({ proof }) => proof({}, { alg: 'none' })],
    ['is signed with the public key as a secret', ({ proof }) => proof({}, { alg: 'HS256' })],
    ['is signed with another key', ({ proof }) => proof({}, { alg: 'RS256' }, second.privateKey)],
    [
      'brings its own key',
      ({ proof }) => {
        const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
        return proof({}, { alg: 'RS256', jwk: publicKey.export({ format: 'jwk' }) }, privateKey)
      },
    ],
    ['has an extension that is not known', ({ proof }) => proof({}, { alg: 'RS256', crit: ['x'] })],
    ['is for another audience', ({ proof }) => proof({ aud: GRAPH })],
    ['is of another app', ({ proof }) => proof({ iss: '11111111-1111-1111-1111-111111111111' })],
    ['lives longer than ten minutes', ({ proof, now }) => proof({ exp: now + 601 })],
    ['has no end', ({ proof }) => proof({ exp: undefined })],
    ['has ended', ({ proof, now }) => proof({ nbf: now - 900, exp: now - 301 })],
    ['is not valid yet', ({ proof, now }) => proof({ nbf: now + 301, exp: now + 600 })],
  ])('refuse a proof that %s', async (_, make) => {
    const open = await openWithKey()
    const body = { keyCredential: keyCredential(), proof: make(open) }
    const answer = await open.call('POST', `${open.path}/addKey`, body)
    expect([answer.status, answer.body.error.code]).toEqual([401, 'Authentication_MissingOrMalformed'])
    expect(answer.body.error.message).toContain('The proof of possession is not valid.')
    expect((await open.call('GET', open.path)).body.keyCredentials).toHaveLength(1)
  })

  it('refuse a proof by a certificate that has ended', async () => {
    const open = await openWithKey()
    open.world.advance(366 * DAY)
    const now = seconds(open.world.now())
    const body = { keyCredential: keyCredential(), proof: open.proof({ nbf: now, exp: now + 600 }) }
    expect((await open.call('POST', `${open.path}/addKey`, body)).status).toBe(401)
  })

  it.each<[string, object, string]>([
    ['addKey', { keyCredential: undefined }, 'keyCredential'],
    ['addKey', { proof: undefined }, 'proof'],
    ['addKey', { passwordCredential: { secretText: 'x' } }, 'passwordCredential'],
    ['removeKey', { keyCredential: undefined, keyId: '11111111-1111-1111-1111-111111111111' }, 'No credentials found'],
    ['removeKey', { keyCredential: undefined }, 'keyId'],
  ])('%s refuses %j', async (verb, otherwise, message) => {
    const { call, path, proof } = await openWithKey()
    const body = { keyCredential: keyCredential(), proof: proof(), ...otherwise }
    const answer = await call('POST', `${path}/${verb}`, body)
    expect([answer.status, answer.body.error.message]).toEqual([400, expect.stringContaining(message)])
  })

  it('refuse a key that is there already', async () => {
    const { call, path, proof } = await openWithKey()
    const body = { keyCredential: { ...keyCredential(), key: first.der.toString('base64') }, proof: proof() }
    const answer = await call('POST', `${path}/addKey`, body)
    expect([answer.status, answer.body.error.message]).toEqual([400, 'The key credential is there already.'])
  })
})
