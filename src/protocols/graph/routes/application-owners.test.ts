import { describe, expect, it } from 'vitest'
import { BASE, GRAPH } from '../../../../test/support/access.ts'
import { openGraph } from '../../../../test/support/graph-server.ts'
import { registerApp } from '../../../../test/support/directory.ts'

const reference = (id: string) => ({ '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}` })

async function openWithRobot() {
  const stage = await openGraph()
  const robot = await registerApp(stage, 'Robot')
  const roles = ['Application.ReadWrite.OwnedBy']
  const authorization = `Bearer ${await stage.tokenFor(robot, { audience: GRAPH, roles })}`
  const { app: other } = await registerApp(stage, 'Somebody else’s')
  return { ...stage, robot, other, asRobot: { authorization } }
}

describe('an app with Application.ReadWrite.OwnedBy', () => {
  it('makes apps, owns them and does with them what it likes', async () => {
    const { call, robot, asRobot } = await openWithRobot()
    const made = await call('POST', '/applications', { displayName: 'Made' }, asRobot)
    expect(made.status).toBe(201)
    const path = `/applications/${made.body.id}`
    const owners = await call('GET', `${path}/owners`)
    expect(owners.body).toMatchObject({
      '@odata.context': `${BASE}/v1.0/$metadata#directoryObjects`,
      value: [{ '@odata.type': '#microsoft.graph.servicePrincipal', id: robot.principal.id, displayName: 'Robot' }],
    })
    expect((await call('PATCH', path, { displayName: 'Renamed' }, asRobot)).status).toBe(204)
    expect((await call('POST', `${path}/addPassword`, {}, asRobot)).status).toBe(200)
    const credential = { name: 'builds', issuer: 'https://issuer.test/', subject: 'x', audiences: ['api://x'] }
    expect((await call('POST', `${path}/federatedIdentityCredentials`, credential, asRobot)).status).toBe(201)
    const principal = await call('POST', '/servicePrincipals', { appId: made.body.appId }, asRobot)
    expect(principal.status).toBe(201)
    const off = { accountEnabled: false }
    expect((await call('PATCH', `/servicePrincipals/${principal.body.id}`, off, asRobot)).status).toBe(204)
    expect((await call('DELETE', `/servicePrincipals/${principal.body.id}`, undefined, asRobot)).status).toBe(204)
    expect((await call('DELETE', path, undefined, asRobot)).status).toBe(204)
  })

  it('does nothing with the apps of others', async () => {
    const { call, other, directory, tenant, asRobot } = await openWithRobot()
    const path = `/applications/${other.id}`
    const principal = await directory.servicePrincipals.find(tenant.id, { appId: other.appId })
    expect((await call('GET', path, undefined, asRobot)).status).toBe(200)
    for (const [method, target, body] of [
      ['PATCH', path, { displayName: 'Mine' }],
      ['DELETE', path],
      ['POST', `${path}/addPassword`, {}],
      ['POST', `${path}/owners/$ref`, reference(principal!.id)],
      ['POST', `${path}/federatedIdentityCredentials`, {}],
      ['POST', '/servicePrincipals', { appId: other.appId }],
      ['PATCH', `/servicePrincipals/${principal!.id}`, { accountEnabled: false }],
      ['DELETE', `/servicePrincipals/${principal!.id}`],
      ['DELETE', '/applications/11111111-1111-1111-1111-111111111111'],
      ['POST', `/servicePrincipals/${principal!.id}/appRoleAssignments`, {}],
    ] as const) {
      expect([target, (await call(method, target, body, asRobot)).status]).toEqual([target, 403])
    }
  })

  it('loses an app with its ownership', async () => {
    const { call, robot, other, asRobot } = await openWithRobot()
    const path = `/applications/${other.id}`
    expect((await call('POST', `${path}/owners/$ref`, reference(robot.principal.id))).status).toBe(204)
    expect((await call('PATCH', path, { displayName: 'Mine' }, asRobot)).status).toBe(204)
    const shown = (await call('GET', `${path}?$expand=owners`)).body
    expect(shown.owners).toMatchObject([{ id: robot.principal.id }])
    expect((await call('DELETE', `${path}/owners/${robot.principal.id}/$ref`)).status).toBe(204)
    expect((await call('PATCH', path, { displayName: 'Mine' }, asRobot)).status).toBe(403)
    expect((await call('DELETE', `${path}/owners/${robot.principal.id}/$ref`)).status).toBe(404)
  })

  it('is an owner once', async () => {
    const { call, robot, other } = await openWithRobot()
    const path = `/applications/${other.id}/owners/$ref`
    await call('POST', path, reference(robot.principal.id))
    const again = await call('POST', path, reference(robot.principal.id))
    expect([again.status, again.body.error.message]).toEqual([400, expect.stringContaining("'owners'")])
    expect((await call('POST', path, { '@odata.id': 'x' })).status).toBe(400)
  })
})

describe('a person without a directory role', () => {
  const scopes = ['Application.ReadWrite.All']

  it('changes the apps that are that person’s own, and no others', async () => {
    const { call, other } = await openWithRobot()
    const { id } = (await call('GET', '/me', undefined, { person: { scopes: ['User.Read'] } })).body
    const path = `/applications/${other.id}`
    const asAda = { person: { scopes } }
    expect((await call('PATCH', path, { displayName: 'Hers' }, asAda)).status).toBe(403)
    await call('POST', `${path}/owners/$ref`, reference(id))
    expect((await call('PATCH', path, { displayName: 'Hers' }, asAda)).status).toBe(204)
    expect((await call('POST', '/applications', { displayName: 'Hers' }, asAda)).status).toBe(403)
    const withoutScope = { person: { scopes: ['Application.Read.All'] } }
    expect((await call('PATCH', path, { displayName: 'Hers' }, withoutScope)).status).toBe(403)
  })

  it('who develops apps makes them, and owns those', async () => {
    const { call } = await openWithRobot()
    const developer = { person: { scopes, wids: ['cf1c38e5-3621-4004-a7cb-879624dced7c'] } }
    const { body, status } = await call('POST', '/applications', { displayName: 'Hers' }, developer)
    expect(status).toBe(201)
    expect((await call('GET', `/applications/${body.id}/owners`)).body.value).toMatchObject([
      { '@odata.type': '#microsoft.graph.user', displayName: 'Ada Lovelace' },
    ])
    expect((await call('DELETE', `/applications/${body.id}`, undefined, developer)).status).toBe(204)
  })
})
