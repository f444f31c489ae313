import { expect, it } from 'vitest'
import { BASE } from '../../../../test/support/access.ts'
import { openGraph } from '../../../../test/support/graph-server.ts'

const openWithApp = async () => {
  const stage = await openGraph()
  const app = await stage.directory.apps.create(stage.tenant.id, { displayName: 'Reader' })
  const passwords = async () => (await stage.call('GET', `/applications/${app.id}`)).body.passwordCredentials
  return { ...stage, app, passwords }
}

it('tells a secret once', async () => {
  const { call, app, directory, passwords } = await openWithApp()
  const answer = await call('POST', `/applications/${app.id}/addPassword`, {
    passwordCredential: { displayName: 'First' },
  })
  expect(answer.status).toBe(200)
  const { secretText, ...rest } = answer.body
  expect(rest).toEqual({
    '@odata.context': `${BASE}/v1.0/$metadata#microsoft.graph.passwordCredential`,
    customKeyIdentifier: null,
    displayName: 'First',
    startDateTime: '2026-11-24T08:00:00Z',
    endDateTime: '2028-11-24T08:00:00Z',
    hint: secretText.slice(0, 3),
    keyId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  })
  expect(secretText.length).toBeGreaterThanOrEqual(16)
  expect(secretText.length).toBeLessThanOrEqual(64)
  expect(await directory.apps.checkSecret(app.appId, secretText)).toMatchObject({ ok: true })
  expect(await passwords()).toMatchObject([{ displayName: 'First', secretText: null, keyId: rest.keyId }])
})

it.each([
  ['nothing at all', undefined],
  ['an empty object', {}],
  ['null', { passwordCredential: null }],
])('takes %s for a secret of two years', async (_, body) => {
  const { call, app } = await openWithApp()
  const answer = await call('POST', `/applications(appId='${app.appId}')/addPassword`, body)
  expect(answer.body).toMatchObject({ displayName: null, endDateTime: '2028-11-24T08:00:00Z' })
})

it('takes the times that it is given', async () => {
  const { call, app } = await openWithApp()
  const answer = await call('POST', `/applications/${app.id}/addPassword`, {
    passwordCredential: { startDateTime: '2026-12-01T00:00:00+02:00', endDateTime: '2026-12-31T00:00:00' },
  })
  expect(answer.body).toMatchObject({
    startDateTime: '2026-11-30T22:00:00Z',
    endDateTime: '2026-12-31T00:00:00Z',
  })
})

it.each([
  [{ endDateTime: 'tomorrow' }, "'endDateTime'"],
  [{ endDateTime: '2026-13-45T00:00:00Z' }, "'endDateTime'"],
  [{ startDateTime: '2026-12-01', endDateTime: '2026-11-30' }, 'cannot end before it starts'],
  [{ displayName: 7 }, "'displayName'"],
  ['x', "'passwordCredential'"],
])('refuses %j', async (passwordCredential, message) => {
  const { call, app } = await openWithApp()
  const answer = await call('POST', `/applications/${app.id}/addPassword`, { passwordCredential })
  expect(answer.status).toBe(400)
  expect(answer.body.error.message).toContain(message)
})

it('takes a secret back', async () => {
  const { call, app, passwords } = await openWithApp()
  const { keyId } = (await call('POST', `/applications/${app.id}/addPassword`)).body
  expect((await call('POST', `/applications/${app.id}/removePassword`, { keyId })).status).toBe(204)
  expect(await passwords()).toEqual([])
  const again = await call('POST', `/applications/${app.id}/removePassword`, { keyId })
  expect([again.status, again.body.error.code]).toEqual([400, 'Request_BadRequest'])
  expect((await call('POST', `/applications/${app.id}/removePassword`, {})).status).toBe(400)
})
