import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { asking, EXCHANGE, openTokenService, post, registerClient } from '../../../test/support/token-service.ts'
import { signingInput } from '../../codecs/jwt/compact.ts'

const keys = fc.constantFrom(
  'grant_type',
  'client_id',
  'client_secret',
  'scope',
  'client_assertion',
  'resource',
  '',
  'x',
)
const values = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'client_credentials',
    `${EXCHANGE}/.default`,
    '%',
    '%ff',
    '+',
    'urn:ietf:params:oauth:grant-type:jwt-bearer',
  ),
)
const forms = fc
  .array(fc.tuple(keys, values), { maxLength: 12 })
  .map((pairs) => pairs.map((pair) => pair.join('=')).join('&'))

it('whatever the form and the tenant, the answer is a refusal of ours', async () => {
  const service = await openTokenService()
  await fc.assert(
    fc.asyncProperty(forms, fc.oneof(fc.constant('contoso.test'), fc.webPath(), fc.string()), async (form, tenant) => {
      const answer = await post(service, encodeURIComponent(tenant), form)
      expect([400, 401, 404]).toContain(answer.statusCode)
    }),
    { numRuns: 200 },
  )
})

it('whatever the assertion, the answer is a refusal of ours', async () => {
  const service = await openTokenService()
  const client = await registerClient(service)
  const { client_secret: _, ...form } = asking(client)
  const part = fc.dictionary(
    fc.constantFrom('alg', 'x5t', 'x5t#S256', 'kid', 'iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'crit'),
    fc.oneof(fc.jsonValue(), fc.constantFrom('RS256', 'PS256', client.app.appId, 1e308, -1e308)),
  )
  const tokens = fc.oneof(
    fc.tuple(part, part).map(([header, claims]) => `${signingInput({ alg: 'RS256', ...header }, claims)}.AAAA`),
    fc.string({ minLength: 1 }),
  )
  await fc.assert(
    fc.asyncProperty(tokens, async (client_assertion) => {
      const answer = await post(service, service.tenant.id, {
        ...form,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion,
      })
      expect([400, 401]).toContain(answer.statusCode)
    }),
    { numRuns: 200 },
  )
})
