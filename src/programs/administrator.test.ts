import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { temporaryDirectory } from '../../test/support/disk.ts'
import { secretTable, TestLeases } from '../../test/support/nodes.ts'
import { openEngine } from '../../test/support/tenant.ts'
import { silentLog } from '../core/log.ts'
import { realWorld } from '../core/world.ts'
import { resetAdmin } from '../domain/directory/create-tenant.ts'
import { createDirectory } from '../domain/directory/directory.ts'
import { directoryMigrations } from '../domain/directory/schema.ts'
import type { Directory } from '../domain/directory/types.ts'
import { SharedAdministrator, shareAdministrator } from './administrator.ts'
import { SharedSecrets } from './shared-secrets.ts'

const settings = { domain: 'contoso.test', name: 'Contoso' }
const master = { current: 'a master key of more than 32 characters', previous: undefined }

/** A store that several nodes use. */
async function sharedStore() {
  const { engine } = await openEngine({ migrations: [...directoryMigrations, secretTable] })
  const directory = createDirectory({ sql: engine.sql, notifier: engine.notifier, world: realWorld })
  const secrets = await SharedSecrets.open({ sql: engine.sql, world: realWorld, master })
  const leases = new TestLeases()
  /** A node with an empty data directory. */
  const node = () => {
    const dataDir = temporaryDirectory()
    const { leases: own, stop } = leases.node()
    const administrator = new SharedAdministrator({ secrets, leases: own, world: realWorld, log: silentLog })
    const open = (through: Directory = directory) => administrator.open({ dataDir, directory: through, settings })
    const secret = () => readFileSync(path.join(dataDir, 'admin-client-secret'), 'utf8')
    return { administrator, dataDir, open, secret, stop }
  }
  return { directory, secrets, node }
}

it('nodes that start together on an empty store create one tenant and one secret', async () => {
  const { directory, node } = await sharedStore()
  const nodes = [node(), node(), node()]
  const opened = await Promise.all(nodes.map((it) => it.open()))
  const tenants = await directory.tenants.all()
  expect(tenants).toHaveLength(1)
  expect(opened.map(({ tenant }) => tenant.id)).toEqual(nodes.map(() => tenants[0]!.id))
  expect(opened.map(({ clientSecretFile }) => clientSecretFile)).toEqual(
    nodes.map(({ dataDir }) => path.join(dataDir, 'admin-client-secret')),
  )
  expect(new Set(nodes.map((it) => it.secret())).size).toBe(1)
  const app = await directory.apps.find(tenants[0]!.id, { appId: opened[0]!.clientId })
  expect(app!.secrets).toHaveLength(1)
})

it('a node with an empty data directory changes no secret, and knows where it is', async () => {
  const { directory, node } = await sharedStore()
  const first = node()
  const { tenant, clientId } = await first.open()
  const before = await directory.apps.find(tenant.id, { appId: clientId })
  const late = node()
  expect(await late.open()).toEqual({
    tenant,
    clientId,
    clientSecretFile: path.join(late.dataDir, 'admin-client-secret'),
  })
  expect(late.secret()).toBe(first.secret())
  expect(await directory.apps.find(tenant.id, { appId: clientId })).toEqual(before)
})

it('a node that loses its file gets it back, and one whose file is old gets the new secret', async () => {
  const { directory, secrets, node } = await sharedStore()
  const one = node()
  const { tenant } = await one.open()
  const old = one.secret()
  rmSync(path.join(one.dataDir, 'admin-client-secret'))
  await one.administrator.job(one.dataDir).run()
  expect(one.secret()).toBe(old)
  const admin = await resetAdmin(directory, (await directory.tenants.all())[0]!)
  await shareAdministrator(secrets, tenant.id, admin)
  await one.administrator.job(one.dataDir).run()
  expect(one.secret()).toBe(admin.clientSecret)
})

it('a node that hangs while it creates the administrator takes the secret of another node', async () => {
  const { directory, node } = await sharedStore()
  const [hanging, other] = [node(), node()]
  const awake = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const slow = Object.assign(Object.create(directory) as Directory, {
    apps: Object.assign(Object.create(directory.apps) as Directory['apps'], {
      async addSecret(...args: Parameters<Directory['apps']['addSecret']>) {
        begun.resolve()
        await awake.promise
        return directory.apps.addSecret(...args)
      },
    }),
  })
  const opening = hanging.open(slow)
  await begun.promise
  const opened = other.open()
  hanging.stop()
  const { tenant, clientId } = await opened
  awake.resolve()
  expect(await opening).toMatchObject({ tenant, clientId })
  expect(hanging.secret()).toBe(other.secret())
  expect(await directory.tenants.all()).toHaveLength(1)
})
