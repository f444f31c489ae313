import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  AUDIENCE,
  type FederatedClient,
  ISSUER,
  openFederatedClient,
  SUBJECT,
} from '../../../../test/support/client-assertions.ts'
import { TestWorld } from '../../../../test/support/world.ts'
import { seconds } from '../../../core/world.ts'

const others = generateKeyPairSync('rsa', { modulusLength: 2048 })

describe('an outside issuer’s assertion is taken', () => {
  it('for the app that trusts it, and the token says that it was no secret', async () => {
    const { present, assertion } = await openFederatedClient()
    const answer = await present(assertion())
    expect(answer.statusCode).toBe(200)
    const claims = JSON.parse(Buffer.from(answer.json().access_token.split('.')[1], 'base64url').toString())
    expect(claims.appidacr).toBe('2')
  })

  it('and the record names the federated credential', async () => {
    const { service, credential, present, assertion } = await openFederatedClient()
    await present(assertion())
    await service.signIns.settled()
    expect((await service.signIns.recent(service.tenant.id, 1))[0]?.credential).toEqual({
      kind: 'federated',
      keyId: credential.id,
    })
  })

  it('with its audience in a list, and times that are not whole', async () => {
    const { service, present, assertion } = await openFederatedClient()
    const exp = seconds(service.world.now()) + 60.5
    const answer = await present(assertion({ claims: { aud: ['https://other.test', AUDIENCE], exp, nbf: undefined } }))
    expect(answer.statusCode).toBe(200)
  })
})

describe('an outside issuer’s assertion is refused', () => {
  const now = seconds(new TestWorld().now())

  it.each<[number, number, string, string, Parameters<FederatedClient['assertion']>[0]]>([
    [700211, 401, 'invalid_client', 'of another issuer', { claims: { iss: 'https://other.issuer.test' } }],
    [700211, 401, 'invalid_client', 'of its issuer with a slash at the end', { claims: { iss: `${ISSUER}/` } }],
    [700213, 400, 'invalid_request', 'for another subject', { claims: { sub: 'repo:Contoso/other' } }],
    [
      700213,
      400,
      'invalid_request',
      'for its subject in other letter case',
      { claims: { sub: SUBJECT.toLowerCase() } },
    ],
    [700212, 401, 'invalid_client', 'for another audience', { claims: { aud: 'api://other' } }],
    [700212, 401, 'invalid_client', 'without an audience', { claims: { aud: undefined } }],
    [7000272, 401, 'invalid_client', 'by a key that the issuer does not have', { header: { kid: 'two' } }],
    [700027, 401, 'invalid_client', 'by another key under that name', { key: others.privateKey }],
    [50027, 401, 'invalid_client', 'without kid', { header: { kid: undefined } }],
    [50027, 401, 'invalid_client', 'with another algorithm', { header: { alg: 'PS256' } }],
    [50027, 401, 'invalid_client', 'with alg none', { header: { alg: 'none' } }],
    [50027, 401, 'invalid_client', 'with alg HS256', { header: { alg: 'HS256' } }],
    [50027, 401, 'invalid_client', 'without exp', { claims: { exp: undefined } }],
    [90014, 400, 'invalid_request', 'without sub', { claims: { sub: undefined } }],
    [700024, 401, 'invalid_client', 'that ended', { claims: { nbf: now - 900, exp: now - 300 } }],
    [700024, 401, 'invalid_client', 'that has not begun', { claims: { nbf: now + 301, exp: now + 900 } }],
  ])('with AADSTS%i (%i %s) %s', async (code, status, error, _, changes) => {
    const { present, assertion } = await openFederatedClient()
    const answer = await present(assertion(changes))
    expect(answer.json()).toMatchObject({ error, error_codes: [code] })
    expect(answer.statusCode).toBe(status)
  })

  it('whatever key its header brings along', async () => {
    const { present, assertion } = await openFederatedClient()
    const jwk = others.publicKey.export({ format: 'jwk' })
    const header = { jwk, jku: 'https://evil.test/jwks', x5u: 'https://evil.test/cert' }
    expect((await present(assertion({ header, key: others.privateKey }))).json().error_codes).toEqual([700027])
  })

  it('where the app trusts nobody, and where it no longer does', async () => {
    const { service, client, credential, present, assertion } = await openFederatedClient()
    await service.directory.apps.removeFederated(service.tenant.id, client.app.id, credential.name)
    const answer = await present(assertion())
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({ error: 'invalid_request', error_codes: [70021] })
    expect(answer.json().error_description).toContain(`Assertion Issuer: '${ISSUER}'. Assertion Subject: '${SUBJECT}'.`)
  })

  it('where the issuer cannot be asked, and the answer has no page to look at', async () => {
    const { issuer, present, assertion } = await openFederatedClient()
    issuer.down = true
    const answer = await present(assertion())
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({ error: 'invalid_request', error_codes: [50166] })
    expect(answer.json()).not.toHaveProperty('error_uri')
  })

  it('and the record says what would have been taken, or why the issuer’s keys were not read', async () => {
    const { service, issuer, present, assertion } = await openFederatedClient()
    const evidence = async () => {
      await service.signIns.settled()
      return (await service.signIns.recent(service.tenant.id, 1))[0]?.checks.at(-1)?.evidence
    }
    const answer = await present(assertion({ claims: { sub: 'someone else' } }))
    const taken = `The app trusts: issuer '${ISSUER}', subject '${SUBJECT}', audience '${AUDIENCE}'.`
    expect(await evidence()).toContain(taken)
    expect(answer.body).not.toContain(SUBJECT)
    issuer.down = true
    service.world.advance(1000)
    await present(assertion())
    expect(await evidence()).toContain(`The keys of '${ISSUER}' cannot be fetched. It cannot be read.`)
  })

  it('before an issuer is asked that the app does not trust', async () => {
    const { asked, present, assertion } = await openFederatedClient()
    await present(assertion({ claims: { iss: 'https://169.254.169.254' } }))
    await present(assertion({ claims: { sub: 'someone else' } }))
    await present(assertion({ claims: { aud: 'something else' } }))
    expect(asked).toEqual([])
  })
})
