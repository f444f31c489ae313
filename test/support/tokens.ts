import { webcrypto } from 'node:crypto'
import { onTestFinished, vi } from 'vitest'
import { type AppId, guid, type Guid, type TenantId, type UserId } from '../../src/core/ids.ts'
import { type Log, silentLog } from '../../src/core/log.ts'
import { createAuthorizations } from '../../src/domain/authorization/authorizations.ts'
import { authorizationMigrations } from '../../src/domain/authorization/schema.ts'
import type { Authorization } from '../../src/domain/authorization/types.ts'
import { KeyTable } from '../../src/domain/tokens/key-table.ts'
import { tokenMigrations } from '../../src/domain/tokens/schema.ts'
import { makeKey } from '../../src/domain/tokens/signing-key.ts'
import { createTokens, type TokensDeps } from '../../src/domain/tokens/tokens.ts'
import type { AppGrant, Tokens, UserGrant } from '../../src/domain/tokens/types.ts'
import type { Engine, Notifier, Sql } from '../../src/storage/engine.ts'
import { openEngine } from './tenant.ts'
import type { World } from '../../src/core/world.ts'
import { TestWorld } from './world.ts'

export const tokenTenant = guid<TenantId>('11111111-1111-4111-8111-111111111111')

/** The grant of an app by which tests mint a token. */
export const appGrant: AppGrant = {
  kind: 'app',
  version: 1,
  tenant: tokenTenant,
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
  tenant: tokenTenant,
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
  readonly notifier: Notifier
  readonly tokens: Tokens
  /** The tokens of another process on the same database, or of this one after a restart. */
  readonly fresh: (otherwise?: Partial<TokensDeps>) => Tokens
}

/** Opens the tokens of a database. */
export async function openTokens(options: Partial<TokensDeps> = {}, log: Log = silentLog): Promise<OpenTokens> {
  const { world, engine } = await openEngine({ migrations: tokenMigrations })
  const { sql, notifier } = engine
  const fresh: OpenTokens['fresh'] = (otherwise = {}) =>
    createTokens({ sql, notifier, world, log, issuer, ...options, ...otherwise })
  return { world, sql, notifier, fresh, tokens: fresh() }
}

/** An authorization of an app by a user. */
export const authorization: Authorization = {
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

/** Opens the authorizations of a database. `held` counts the rows of a table. */
export async function openAuthorizations(
  options: Partial<Pick<Parameters<typeof createAuthorizations>[0], 'reuse' | 'bounds' | 'writesBetweenPrunings'>> = {},
) {
  const { world, engine } = await openEngine({ migrations: authorizationMigrations })
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

let made: ReturnType<typeof makeKey> | undefined

/** Adds the signing key. All tests of a process share one, because making a key takes longer than most tests. */
export async function addSigningKey({
  engine: { sql, notifier },
  world,
}: {
  engine: Pick<Engine, 'sql' | 'notifier'>
  world: World
}): Promise<void> {
  const key = await (made ??= makeKey(new TestWorld()))
  const table = new KeyTable({ sql, notifier, world, master: { current: undefined, previous: undefined } })
  await table.add({ ...key, signsFrom: world.now() }, () => false)
}

let pairs: Promise<webcrypto.CryptoKeyPair[]> | undefined

/**
 * Gives signing keys that are made until the test ends an RSA key of three that all tests of this process share, in
 * turn: to make one takes longer than most tests. Their certificates and names differ.
 */
export function shareKeyPairs(): void {
  const { subtle } = webcrypto
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2048,
    publicExponent: Uint8Array.of(1, 0, 1),
  }
  pairs ??= Promise.all([1, 2, 3].map(() => subtle.generateKey(algorithm, true, ['sign', 'verify'])))
  const shared = pairs
  let made = 0
  const spy = vi.spyOn(subtle, 'generateKey').mockImplementation(async () => {
    const all = await shared
    return all[made++ % all.length]!
  })
  onTestFinished(() => spy.mockRestore())
}
