import { expect, it } from 'vitest'
import { GRAPH } from '../support/access.ts'
import { openGraph } from '../support/graph-server.ts'
import { registerApp } from '../support/directory.ts'

it('an app with Application.ReadWrite.OwnedBy creates at most 250 apps, also when it gives them away', async () => {
  const stage = await openGraph()
  const robot = await registerApp(stage, 'Robot')
  const roles = ['Application.ReadWrite.OwnedBy']
  const headers = { authorization: `Bearer ${await stage.tokenFor(robot, { audience: GRAPH, roles })}` }
  const create = (displayName: string) => stage.call('POST', '/applications', { displayName }, headers)
  const { directory, tenant } = stage
  for (let nth = 0; nth < 249; nth++) {
    await directory.apps.create(tenant.id, { displayName: `Made ${nth}` }, robot.principal.id)
  }
  const last = await create('The last one')
  expect(last.status).toBe(201)
  const given = await registerApp(stage, 'Receiver')
  await directory.apps.addOwner(tenant.id, last.body.id, given.principal.id)
  await directory.apps.removeOwner(tenant.id, last.body.id, robot.principal.id)
  const refused = await create('One too many')
  expect([refused.status, refused.body.error.code]).toEqual([403, 'Directory_QuotaExceeded'])
  // Deleting one makes room, and other callers are not affected.
  await directory.apps.remove(tenant.id, last.body.id)
  expect((await create('Again')).status).toBe(201)
  expect((await stage.call('POST', '/applications', { displayName: 'By an administrator' })).status).toBe(201)
})
