import { describe, expect, it } from 'vitest'
import { openDirectory } from '../../../../test/support/directory.ts'
import { DAY } from '../../../core/time.ts'
import { createTenant } from '../create-tenant.ts'
import type { Actor } from '../types.ts'
import { directoryRole } from '../../../core/well-known/directory-roles.ts'
import { microsoftGraph } from '../../../core/well-known/microsoft-graph.ts'

const YEAR = 365 * DAY
const refused = {
  reason: 'wrong-state',
  message: expect.stringContaining('this is the last Global Administrator who can sign in'),
}

/** A tenant with its administrator's app, and the directory with that app as the actor. */
async function withAdministrator() {
  const { directory, world } = await openDirectory()
  const { tenant, admin } = await createTenant(directory, { displayName: 'Fabrikam', domain: 'fabrikam.test' })
  const app = (await directory.apps.find(tenant.id, { appId: admin.clientId }))!
  const principal = (await directory.servicePrincipals.find(tenant.id, { appId: admin.clientId }))!
  const actor: Actor = { kind: 'app', appId: app.appId, servicePrincipal: principal.id, name: app.displayName }
  const [secret] = app.secrets
  return { world, directory, acting: directory.by(actor), tenant: tenant.id, app, principal, secret: secret! }
}
type Administered = Awaited<ReturnType<typeof withAdministrator>>

const waysOut: readonly (readonly [string, (it: Administered) => Promise<unknown>])[] = [
  ['its app', ({ acting, tenant, app }) => acting.apps.remove(tenant, app.id)],
  ['its service principal', ({ acting, tenant, principal }) => acting.servicePrincipals.remove(tenant, principal.id)],
  [
    'what lets its service principal sign in',
    ({ acting, tenant, principal }) => acting.servicePrincipals.update(tenant, principal.id, { accountEnabled: false }),
  ],
  [
    'its directory role',
    ({ acting, tenant, principal }) =>
      acting.directoryRoles.unassign(tenant, principal.id, directoryRole.globalAdministrator),
  ],
  [
    'the permission to give permissions',
    async ({ acting, tenant, principal }) => {
      const held = await acting.assignments.of(tenant, principal.id)
      const { id } = held.find(({ appRoleId }) => appRoleId === '06b708a9-e830-4db3-a914-8e69da51d44f')!
      await acting.assignments.remove(tenant, id)
    },
  ],
  [
    'the API that permissions are given through',
    async ({ acting, tenant }) => {
      const graph = (await acting.servicePrincipals.find(tenant, { appId: microsoftGraph.appId }))!
      await acting.servicePrincipals.update(tenant, graph.id, { accountEnabled: false })
    },
  ],
  ['its credential', ({ acting, tenant, app, secret }) => acting.apps.removeSecret(tenant, app.id, secret.keyId)],
]

async function secondAdministrator({ directory, tenant }: Administered) {
  const user = await directory.users.create(tenant, {
    userPrincipalName: 'ada@fabrikam.test',
    displayName: 'Ada',
    mailNickname: 'ada',
    accountEnabled: true,
    password: 'Correct-Horse-7',
  })
  await directory.directoryRoles.assign(tenant, user.id, directoryRole.globalAdministrator)
  return user
}

describe('the last administrator', () => {
  it.each(waysOut)('does not lose %s, and the refused change leaves no trace', async (_, lose) => {
    const it = await withAdministrator()
    const before = await it.directory.audits.page(it.tenant, { limit: 1 })
    await expect(lose(it)).rejects.toMatchObject(refused)
    expect(await it.directory.apps.find(it.tenant, { id: it.app.id })).toEqual(it.app)
    expect(await it.directory.servicePrincipals.find(it.tenant, { id: it.principal.id })).toEqual(it.principal)
    expect(await it.directory.audits.page(it.tenant, { limit: 1 })).toEqual(before)
  })

  it.each(waysOut)('can lose %s if there is another administrator', async (_, lose) => {
    const it = await withAdministrator()
    await secondAdministrator(it)
    await lose(it)
  })

  it.each(waysOut)('can lose %s at the server itself', async (_, lose) => {
    const it = await withAdministrator()
    await lose({ ...it, acting: it.directory })
  })

  it('does not count with an expired credential, nor as a user without a password', async () => {
    const it = await withAdministrator()
    const user = await it.directory.users.create(it.tenant, {
      userPrincipalName: 'bob@fabrikam.test',
      displayName: 'Bob',
      mailNickname: 'bob',
      accountEnabled: true,
    })
    await it.directory.directoryRoles.assign(it.tenant, user.id, directoryRole.globalAdministrator)
    await it.directory.apps.addSecret(it.tenant, it.app.id, { ends: it.world.now() + 1000 })
    it.world.advance(2000)
    await expect(it.acting.apps.removeSecret(it.tenant, it.app.id, it.secret.keyId)).rejects.toMatchObject(refused)
  })

  it('can replace its credential', async () => {
    const it = await withAdministrator()
    await it.acting.apps.addSecret(it.tenant, it.app.id, {})
    await it.acting.apps.removeSecret(it.tenant, it.app.id, it.secret.keyId)
  })

  it('can be a user, who then cannot be removed or disabled', async () => {
    const it = await withAdministrator()
    const user = await secondAdministrator(it)
    await it.acting.directoryRoles.unassign(it.tenant, it.principal.id, directoryRole.globalAdministrator)
    await expect(it.acting.users.remove(it.tenant, user.id)).rejects.toMatchObject(refused)
    await expect(it.acting.users.update(it.tenant, user.id, { accountEnabled: false })).rejects.toMatchObject(refused)
    await it.acting.users.update(it.tenant, user.id, { displayName: 'Ada Lovelace' })
  })

  it('is not required in a tenant without an administrator', async () => {
    const it = await withAdministrator()
    it.world.advance(3 * YEAR)
    await it.acting.apps.removeSecret(it.tenant, it.app.id, it.secret.keyId)
  })
})
