import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { issue } from '../../../../test/support/authority.ts'
import { TestWorld } from '../../../../test/support/world.ts'
import { documentFetcher, type Outside } from './fetch-document.ts'
import { issuerKeys } from './issuer-keys.ts'

const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

const resolve = async () => [{ address: '127.0.0.1', family: 4 }]

/** An issuer on this machine, and the authority that vouches for it. */
async function listeningIssuer() {
  const now = Date.now()
  const authority = await issue({ name: 'CN=Outside', now, authority: true })
  const { privatePem: key, pem: cert } = await issue({ name: 'CN=issuer', now, dnsNames: ['localhost'] }, authority)
  const asked: string[] = []
  const server = createServer({ key, cert }, ({ url = '' }, response) => {
    asked.push(url)
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }
    const document = { issuer, jwks_uri: `${issuer}/keys` }
    response.end(JSON.stringify(url.endsWith('/keys') ? { keys: [jwk] } : document))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve())
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const issuer = `https://localhost:${(server.address() as AddressInfo).port}/tenant`
  const keysOf = (change: Partial<Outside>) => {
    const world = new TestWorld()
    return issuerKeys({
      world,
      fetch: documentFetcher({ world, privateAddresses: true, ca: authority.pem, resolve, ...change }),
    })
  }
  return { issuer, asked, keysOf }
}

it('the keys of an issuer are read over HTTPS, through its discovery document', async () => {
  const { issuer, asked, keysOf } = await listeningIssuer()
  const found = await keysOf({}).find(issuer, 'one')
  expect(found?.equals(publicKey)).toBe(true)
  expect(asked).toEqual(['/tenant/.well-known/openid-configuration', '/tenant/keys'])
})

it('an issuer on this machine is not asked unless that is allowed, nor one that nobody vouches for', async () => {
  const { issuer, asked, keysOf } = await listeningIssuer()
  await expect(keysOf({ privateAddresses: false }).find(issuer, 'one')).rejects.toMatchObject({ name: 'Refusal' })
  await expect(keysOf({ ca: undefined }).find(issuer, 'one')).rejects.toMatchObject({ name: 'Refusal' })
  expect(asked).toEqual([])
})
