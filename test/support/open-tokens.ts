import { onTestFinished } from 'vitest'
import { guid, type TenantId } from '../../src/core/ids.ts'
import { type Log, silentLog } from '../../src/core/log.ts'
import { tokenMigrations } from '../../src/domain/tokens/schema.ts'
import { createTokens, type TokensDeps } from '../../src/domain/tokens/tokens.ts'
import type { AppGrant, Tokens, UserGrant } from '../../src/domain/tokens/types.ts'
import type { Sql } from '../../src/storage/engine.ts'
import { temporaryDirectory } from './disk.ts'
import { openMigrated } from './migrated.ts'
import { TestWorld } from './world.ts'

export const tenant = guid<TenantId>('11111111-1111-4111-8111-111111111111')

/** The grant of an app, for which a token is minted. */
export const appGrant: AppGrant = {
  kind: 'app',
  version: 1,
  tenant,
  appId: guid('22222222-2222-4222-8222-222222222222'),
  appDisplayName: 'Mail fetcher',
  servicePrincipal: guid('33333333-3333-4333-8333-333333333333'),
  audience: 'https://outlook.office365.com',
  roles: ['IMAP.AccessAsApp'],
  wids: ['0997a1d0-0d1d-4acb-b408-d5ca73121e90'],
  appidacr: '1',
  lifetime: 3600,
}

/** The grant of an app for a user. */
export const userGrant: UserGrant = {
  kind: 'user',
  version: 1,
  tenant,
  appId: appGrant.appId,
  appDisplayName: 'Mail reader',
  audience: 'https://outlook.office.com',
  user: {
    id: guid('44444444-4444-4444-8444-444444444444'),
    userPrincipalName: 'ada@contoso.test',
    displayName: 'Ada Lovelace',
    mail: 'ada@contoso.test',
  },
  scopes: ['IMAP.AccessAsUser.All', 'SMTP.Send'],
  amr: ['pwd'],
  session: guid('55555555-5555-4555-8555-555555555555'),
  from: '192.0.2.7',
  wids: [],
  appidacr: '0',
  lifetime: 3600,
}

export const issuer = (of: TenantId, version: 1 | 2): string =>
  `https://mail.contoso.test/${of}/${version === 1 ? '' : 'v2.0'}`

export interface OpenTokens {
  readonly world: TestWorld
  readonly sql: Sql
  readonly tokens: Tokens
  /** As another process has it, or this one after a restart. */
  readonly fresh: (otherwise?: Partial<TokensDeps>) => Tokens
}

/** Tokens over a real engine. */
export async function openTokens(options: Partial<TokensDeps> = {}, log: Log = silentLog): Promise<OpenTokens> {
  const world = new TestWorld()
  const engine = await openMigrated({
    dir: temporaryDirectory(),
    migrations: tokenMigrations,
    world,
    log: silentLog,
  })
  onTestFinished(() => engine.close())
  const { sql } = engine
  const fresh: OpenTokens['fresh'] = (otherwise = {}) =>
    createTokens({ sql, world, log, issuer, ...options, ...otherwise })
  return { world, sql, fresh, tokens: fresh() }
}
