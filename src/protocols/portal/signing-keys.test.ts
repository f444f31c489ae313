import { expect, it } from 'vitest'
import { openServer } from '../../../test/support/server.ts'
import { registerAppWith } from '../../../test/support/directory.ts'

const KEYS = '/postern/v1/signing-keys'
const EXCHANGE_ADMINISTRATOR = '29232cdf-9323-42fd-ade2-1d097af3e4de'

interface Key {
  readonly kid: string
  readonly state: string
}

it('shows the keys that sign tokens, and nothing of what signs', async () => {
  const context = await openServer()
  const answer = await context.ask('GET', KEYS)
  expect(answer.json()).toEqual({
    value: [
      {
        kid: expect.any(String),
        state: 'signing',
        created: '2026-11-24T08:00:00.000Z',
        signsFrom: '2026-11-24T08:00:00.000Z',
        ends: expect.any(String),
        encrypted: false,
      },
    ],
  })
})

it('makes another key that is published before it signs, or that signs at once', async () => {
  const context = await openServer()
  const made = await context.ask('POST', KEYS, { payload: { immediately: false } })
  expect(made.statusCode).toBe(201)
  expect(made.json()).toMatchObject({ state: 'published', signsFrom: '2026-11-26T08:00:00.000Z' })
  context.world.advance(1)
  const atOnce = await context.ask('POST', KEYS, { payload: { immediately: true } })
  expect(atOnce.json()).toMatchObject({ state: 'signing' })
  const published = await context.ask('GET', '/contoso.test/discovery/v2.0/keys', { bearer: undefined })
  expect(published.json<{ keys: Key[] }>().keys).toHaveLength(3)
})

it('takes a key back, and the tokens that it signed open nothing any more', async () => {
  const context = await openServer()
  const bearer = await context.token()
  const [key] = (await context.ask('GET', KEYS, { bearer })).json<{ value: Key[] }>().value
  expect((await context.ask('DELETE', `${KEYS}/${key!.kid}`, { bearer })).statusCode).toBe(204)
  expect((await context.ask('GET', KEYS, { bearer })).statusCode).toBe(401)
  expect((await context.ask('DELETE', `${KEYS}/${key!.kid}`)).statusCode).toBe(404)
  expect((await context.ask('GET', KEYS)).statusCode).toBe(200)
})

it.each(['', '{', '[]', '{}', '{"immediately":"yes"}', 'null'])('refuses %j for a body', async (payload) => {
  const context = await openServer()
  expect((await context.ask('POST', KEYS, { payload })).statusCode).toBe(400)
})

it('is for a Global Administrator of the first tenant alone', async () => {
  const context = await openServer()
  const lesser = await registerAppWith(context, {
    roles: ['Exchange.ManageAsApp'],
    directoryRoles: [EXCHANGE_ADMINISTRATOR],
  })
  const bearer = await context.token(lesser)
  expect((await context.ask('GET', KEYS, { bearer })).statusCode).toBe(403)
  expect((await context.ask('POST', KEYS, { bearer, payload: { immediately: true } })).statusCode).toBe(403)
  expect((await context.ask('DELETE', `${KEYS}/x`, { bearer })).statusCode).toBe(403)
  expect((await context.ask('GET', KEYS, { bearer: undefined })).statusCode).toBe(401)
})
