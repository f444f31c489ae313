import { onTestFinished } from 'vitest'
import type { AppId, Guid, TenantId, UserId } from '../../src/core/ids.ts'
import { silentLog } from '../../src/core/log.ts'
import { createAuthorizations } from '../../src/domain/authorization/authorizations.ts'
import { authorizationMigrations } from '../../src/domain/authorization/schema.ts'
import type { Authorization } from '../../src/domain/authorization/types.ts'
import { temporaryDirectory } from './disk.ts'
import { openMigrated } from './migrated.ts'
import { TestWorld } from './world.ts'

/** The authorization that a user gave to an app. */
export const authorized: Authorization = {
  signedIn: {
    tenant: '00000000-0000-4000-8000-000000000001' as TenantId,
    user: '00000000-0000-4000-8000-000000000002' as UserId,
    session: '00000000-0000-4000-8000-000000000003' as Guid,
    at: Date.UTC(2026, 10, 24, 8),
    amr: ['pwd'],
    from: '192.0.2.7',
  },
  appId: '00000000-0000-4000-8000-00000000000a' as AppId,
  scope: 'openid offline_access User.Read',
  resource: undefined,
  nonce: undefined,
}

/** Opens the authorizations on a real engine. `held` counts the rows of a table. */
export async function openAuthorizations(
  options: Partial<Pick<Parameters<typeof createAuthorizations>[0], 'reuse' | 'bounds' | 'writesBetweenPrunings'>> = {},
) {
  const world = new TestWorld()
  const dir = temporaryDirectory()
  const engine = await openMigrated({ dir, migrations: authorizationMigrations, world, log: silentLog })
  onTestFinished(() => engine.close())
  const { sql } = engine
  return {
    world,
    sql,
    authorizations: createAuthorizations({ sql, world, log: silentLog, reuse: 'allowed', ...options }),
    async held(table: string): Promise<number> {
      const row = await sql.first<{ held: number }>({ parts: [`select count(*) as held from ${table}`], args: [] })
      return row?.held ?? 0
    },
  }
}
