import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { silentLog } from '../../src/core/log.ts'
import { realWorld } from '../../src/core/world.ts'
import { createDirectory } from '../../src/domain/directory/directory.ts'
import type { Directory, Tenant } from '../../src/domain/directory/types.ts'
import { migrations } from '../../src/programs/services.ts'
import { openSqliteEngine } from '../../src/storage/sqlite/engine.ts'
import { together } from '../measure/repeat.ts'
import type { Credential } from './administration.ts'

/** How many apps and users there are in a tenant. */
export interface Crowd {
  readonly apps: number
  readonly users: number
}

export interface TokenTenant {
  readonly id: string
  /** One for each app. */
  readonly clients: readonly Credential[]
}

export interface TokenTenants {
  /** With one app and nobody else. */
  readonly empty: TokenTenant
  readonly crowded: TokenTenant
}

/** Writes that wait for the disk at the same time, so that they share its syncs. */
const AT_ONCE = 500
const IMAP_ROLE = '5e5addcd-3e8d-4e90-baf5-964efab2b20a'
const EXCHANGE = '00000002-0000-0ff1-ce00-000000000000'

/** The two tenants, made in a data directory that no server holds; once for a crowd of that size. */
export async function tokenTenants(folder: string, crowd: Crowd): Promise<TokenTenants> {
  const file = path.join(folder, `token-tenants-${crowd.apps}-${crowd.users}.json`)
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as TokenTenants
  const engine = await openSqliteEngine({
    dir: path.join(folder, 'data'),
    migrations,
    world: realWorld,
    log: silentLog,
  })
  try {
    const directory = createDirectory({ ...engine, world: realWorld })
    const made = {
      empty: await tenantWith(directory, 'empty', { apps: 1, users: 0 }),
      crowded: await tenantWith(directory, `crowded-${crowd.apps}-${crowd.users}`, crowd),
    }
    writeFileSync(file, JSON.stringify(made), { mode: 0o600 })
    return made
  } finally {
    await engine.close()
  }
}

async function tenantWith(directory: Directory, name: string, { apps, users }: Crowd): Promise<TokenTenant> {
  const tenant = await directory.tenants.create(name, `${name}-${Date.now()}.test`)
  await many(users, (index) =>
    directory.users.create(tenant.id, {
      userPrincipalName: `user${index}@${tenant.domains[0]!}`,
      displayName: `User ${index}`,
      mailNickname: `user${index}`,
      accountEnabled: true,
    }),
  )
  return { id: tenant.id, clients: await many(apps, (index) => clientIn(directory, tenant, index)) }
}

/** An app that may read mail, with its secret. */
async function clientIn(directory: Directory, { id }: Tenant, index: number): Promise<Credential> {
  const app = await directory.apps.create(id, { displayName: `App ${index}` })
  const principal = await directory.servicePrincipals.create(id, { appId: app.appId })
  const exchange = await directory.servicePrincipals.find(id, { appId: EXCHANGE })
  await directory.assignments.create(id, { principal: principal.id, resource: exchange!.id, appRoleId: IMAP_ROLE })
  const { value } = await directory.apps.addSecret(id, app.id, {})
  return { clientId: app.appId, clientSecret: value }
}

async function many<T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> {
  const made: T[] = []
  for (let done = 0; done < count; done += AT_ONCE) {
    made.push(...(await together(Math.min(AT_ONCE, count - done), (index) => make(done + index))))
  }
  return made
}
