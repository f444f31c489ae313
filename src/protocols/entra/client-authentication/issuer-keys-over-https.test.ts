import { expect, it } from 'vitest'
import { openOutsideIssuer } from '../../../../test/support/client-assertions.ts'
import { TestWorld } from '../../../../test/support/world.ts'
import { documentFetcher, type FetchDocumentOptions } from '../../../net/fetch-document.ts'
import { issuerKeys } from './issuer-keys.ts'

function keysOver(outside: Omit<FetchDocumentOptions, 'world'>) {
  const world = new TestWorld()
  return issuerKeys({ world, fetch: documentFetcher({ world, ...outside }) })
}

it('the keys of an issuer are read over HTTPS, through its discovery document', async () => {
  const { issuer, ca, publicKey, asked } = await openOutsideIssuer()
  const found = await keysOver({ privateAddresses: true, ca }).find(issuer, 'one')
  expect(found?.equals(publicKey)).toBe(true)
  expect(asked).toEqual(['/tenant/.well-known/openid-configuration', '/tenant/keys'])
})

it('an issuer on this machine is not asked unless that is allowed, nor one that nobody vouches for', async () => {
  const { issuer, ca, asked } = await openOutsideIssuer()
  const forbidden = keysOver({ privateAddresses: false, ca }).find(issuer, 'one')
  await expect(forbidden).rejects.toThrow('Its address is not a public one')
  const untrusted = keysOver({ privateAddresses: true, ca: undefined }).find(issuer, 'one')
  await expect(untrusted).rejects.toThrow('It cannot be reached (UNABLE_TO_VERIFY_LEAF_SIGNATURE)')
  expect(asked).toEqual([])
})
