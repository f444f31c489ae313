import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { DeafNotifier } from '../../../test/support/deaf-notifier.ts'
import { openDirectory, registerApp } from '../../../test/support/directory.ts'
import { MINUTE } from '../../core/time.ts'
import { cachedDirectory } from './directory-cache.ts'
import { createDirectory } from './directory.ts'
import type { Directory } from './types.ts'
import { exchangeOnline } from '../../core/well-known/exchange-online.ts'

const IMAP_ROLE = '5e5addcd-3e8d-4e90-baf5-964efab2b20a'
const ROLE = '29232cdf-9323-42fd-ade2-1d097af3e4de'

/** Two tenants; an app of the first, with a secret and with a service principal in the second. */
async function stage() {
  const open = await openDirectory()
  const { directory, engine, tenant } = open
  const { app, principal } = await registerApp(open)
  await directory.apps.update(tenant.id, app.id, { signInAudience: 'AzureADMultipleOrgs' })
  const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
  const guest = await directory.servicePrincipals.create(other.id, { appId: app.appId })
  const secret = await directory.apps.addSecret(tenant.id, app.id, {})
  let asked = 0
  const counted = cachedDirectory(
    counting(directory, () => asked++),
    engine.notifier,
  )
  return { ...open, app, principal, guest, other, secret, remembered: counted, asked: () => asked }
}

it('hears of the change of another node without notices', async () => {
  const { directory, engine, tenant, world } = await openDirectory()
  const { principal } = await registerApp({ directory, tenant })
  const notifier = new DeafNotifier()
  const node = cachedDirectory(createDirectory({ sql: engine.sql, notifier, world }), notifier)
  const enabled = async () => (await node.servicePrincipals.find(tenant.id, { id: principal.id }))?.accountEnabled
  expect(await enabled()).toBe(true)
  await notifier.look()
  expect(await enabled()).toBe(true)
  await directory.servicePrincipals.update(tenant.id, principal.id, { accountEnabled: false })
  expect(await enabled()).toBe(true)
  await notifier.look()
  expect(await enabled()).toBe(false)
})

type Stage = Awaited<ReturnType<typeof stage>>

/** Counts the queries that reach the engine. */
function counting(directory: Directory, count: () => void): Directory {
  const through = <T extends object>(part: T): T =>
    Object.fromEntries(
      Object.entries(part).map(([name, ask]) => [
        name,
        (...given: unknown[]) => {
          count()
          return (ask as (...given: unknown[]) => unknown)(...given)
        },
      ]),
    ) as T
  return Object.fromEntries(
    Object.entries(directory).map(([name, part]) => [name, typeof part === 'object' ? through(part) : part]),
  ) as unknown as Directory
}

/** Everything that the token service reads to issue a token, in both tenants. */
async function told(directory: Directory, { app, principal, guest, other, secret, tenant }: Stage) {
  const found = await directory.apps.findAnywhere(app.appId)
  const check = found && (await directory.apps.secretCheck(found))
  const inTenant = async ({ id, domains }: typeof tenant, { id: holder }: typeof principal) => [
    await directory.tenants.find(id),
    await directory.tenants.find(domains[0]!),
    await directory.servicePrincipals.find(id, { appId: app.appId }),
    await directory.servicePrincipals.findResource(id, 'https://outlook.office365.com'),
    await directory.servicePrincipals.findResource(id, app.appId),
    await directory.assignments.roles(id, holder, exchangeOnline.appId),
    await directory.directoryRoles.of(id, holder),
  ]
  return [
    found,
    check?.(secret.value),
    check?.('wrong'),
    await inTenant(tenant, principal),
    await inTenant(other, guest),
  ]
}

const writes: Readonly<Record<string, (stage: Stage) => Promise<unknown>>> = {
  renamed: ({ directory, tenant, app, world }) =>
    directory.apps.update(tenant.id, app.id, { displayName: `Name ${world.now()} ${Math.random()}` }),
  offered: ({ directory, tenant, app }) =>
    directory.apps.update(tenant.id, app.id, { properties: { api: { requestedAccessTokenVersion: 2 } } }),
  secretRemoved: ({ directory, tenant, app, secret }) => directory.apps.removeSecret(tenant.id, app.id, secret.keyId),
  secretAdded: ({ directory, tenant, app }) => directory.apps.addSecret(tenant.id, app.id, {}),
  appRemoved: ({ directory, tenant, app }) => directory.apps.remove(tenant.id, app.id),
  disabled: ({ directory, tenant, principal }) =>
    directory.servicePrincipals.update(tenant.id, principal.id, { accountEnabled: false }),
  enabled: ({ directory, tenant, principal }) =>
    directory.servicePrincipals.update(tenant.id, principal.id, { accountEnabled: true }),
  guestDisabled: ({ directory, other, guest }) =>
    directory.servicePrincipals.update(other.id, guest.id, { accountEnabled: false }),
  guestRemoved: ({ directory, other, guest }) => directory.servicePrincipals.remove(other.id, guest.id),
  consented: async ({ directory, tenant, principal }) => {
    const resource = await directory.servicePrincipals.find(tenant.id, { appId: exchangeOnline.appId })
    await directory.assignments.create(tenant.id, {
      principal: principal.id,
      resource: resource!.id,
      appRoleId: IMAP_ROLE,
    })
  },
  unconsented: async ({ directory, tenant, principal }) => {
    for (const { id } of await directory.assignments.of(tenant.id, principal.id)) {
      await directory.assignments.remove(tenant.id, id)
    }
  },
  roleGiven: ({ directory, tenant, principal }) => directory.directoryRoles.assign(tenant.id, principal.id, ROLE),
  resourceDisabled: async ({ directory, other }) => {
    const resource = await directory.servicePrincipals.find(other.id, { appId: exchangeOnline.appId })
    await directory.servicePrincipals.update(other.id, resource!.id, { accountEnabled: false })
  },
}

it('answers a repeated query from memory', async () => {
  const open = await stage()
  const first = await told(open.remembered, open)
  await told(open.remembered, open)
  const before = open.asked()
  expect(await told(open.remembered, open)).toEqual(first)
  // An app's values are read each time in a tenant that is not its own.
  expect(open.asked() - before).toBe(2)
})

it('gives the same answers as the directory once a write has resolved, whatever came before', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...Object.keys(writes)), { minLength: 1, maxLength: 8 }),
      async (names) => {
        const open = await stage()
        await told(open.remembered, open)
        for (const name of names) {
          // A change of an object that no longer exists is refused and changes nothing.
          await writes[name]!(open).catch(() => undefined)
          const [now, due] = [await told(open.remembered, open), await told(open.directory, open)]
          expect(JSON.stringify(now)).toBe(JSON.stringify(due))
        }
      },
    ),
    { numRuns: 25 },
  )
})

it('does not store an answer if a write committed in between', async () => {
  const open = await stage()
  await told(open.remembered, open)
  for (const write of [writes.disabled!, writes.secretRemoved!, writes.enabled!, writes.renamed!]) {
    const meanwhile = told(open.remembered, open)
    await write(open)
    await meanwhile
    expect(JSON.stringify(await told(open.remembered, open))).toBe(JSON.stringify(await told(open.directory, open)))
  }
})

it('expires a secret on time, although its hash is cached', async () => {
  const open = await stage()
  const short = await open.directory.apps.addSecret(open.tenant.id, open.app.id, { ends: open.world.now() + MINUTE })
  const check = async () => (await open.remembered.apps.secretCheck(open.app))(short.value)
  expect(await check()).toMatchObject({ ok: true })
  open.world.advance(MINUTE)
  expect(await check()).toEqual({ ok: false, because: 'expired' })
})
