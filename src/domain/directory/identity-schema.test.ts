import { expect, it, onTestFinished } from 'vitest'
import { temporaryDirectory } from '../../../test/support/disk.ts'
import { TestWorld } from '../../../test/support/world.ts'
import { silentLog } from '../../core/log.ts'
import type { ServicePrincipalId, TenantId } from '../../core/ids.ts'
import { type Statement, sql } from '../../storage/engine.ts'
import { openSqliteEngine } from '../../storage/sqlite/engine.ts'
import { createDirectory } from './directory.ts'
import { directoryMigrations } from './schema.ts'
import { directoryRole } from '../../core/well-known/directory-roles.ts'

const tenant = '11111111-1111-4111-8111-111111111111' as TenantId
const [user, principal, appId] = [2, 3, 4].map((digit) => `${digit}`.repeat(8) + tenant.slice(8))

/** Rows of the previous version. */
const left: readonly Statement[] = [
  sql`insert into directory_tenant (id, display_name, sid_base, next_rid, revision, created)
    values (${tenant}, 'Contoso', 'S-1-5-21-1-2-3', 1001, 3, 5)`,
  sql`insert into directory_domain (name, tenant, revision) values ('contoso.test', ${tenant}, 1)`,
  sql`insert into directory_user (id, tenant, upn, upn_key, display_name, mail_nickname, mail, account_enabled,
      password_hash, sid, created, revision)
    values (${user!}, ${tenant}, 'Ada@contoso.test', 'ada@contoso.test', 'Ada', 'ada', 'Ada@contoso.test', 1,
      '$argon2id$v=19$m=19456,t=2,p=1$1CFMRhtiiJ4HcQr3YyWNjQ$AVjpMUXA793t4FU1JOsewNtRf4XZUSfdoEz3maZFZ68', 'S-1', 7, 2)`,
  sql`insert into directory_service_principal (id, tenant, app_id, display_name, account_enabled, assignment_required,
      owner, tags, created, revision)
    values (${principal!}, ${tenant}, ${appId!}, 'Reader', 1, 0, ${tenant}, '[]', 8, 3)`,
  sql`insert into directory_assignment (id, tenant, principal, resource, app_role, created, revision)
    values ('granted', ${tenant}, ${principal!}, ${principal!}, ${tenant}, 9, 3)`,
  sql`insert into directory_role_member (principal, role_template, revision)
    values (${principal!}, ${directoryRole.exchangeAdministrator}, 3)`,
  sql`insert into directory_role_member (principal, role_template, revision)
    values (${principal!}, '5d6b6bb7-de71-4623-b4af-95380a352509', 4)`,
]

it('a directory without passwords, consents and pages is migrated completely', async () => {
  const opened = { dir: temporaryDirectory(), world: new TestWorld(), log: silentLog }
  const before = await openSqliteEngine({
    ...opened,
    migrations: directoryMigrations.filter(({ number }) => number === 100),
  })
  await before.sql.write(function* () {
    for (const statement of left) yield statement
  })
  await before.close()

  const engine = await openSqliteEngine({ ...opened, migrations: directoryMigrations })
  onTestFinished(() => engine.close())
  const directory = createDirectory({ sql: engine.sql, notifier: engine.notifier, world: opened.world })
  const found = await directory.users.find(tenant, 'ada@contoso.test')
  expect(found).toMatchObject({ id: user, passwordChanged: 7 })
  expect(await directory.users.checkPassword(tenant, 'ada@contoso.test', 'wrong')).toMatchObject({ because: 'wrong' })
  for (const where of [{ displayName: { is: 'ADA' } }, { mail: { startsWith: 'ada@' } }]) {
    expect(await directory.users.page(tenant, { limit: 10, where })).toEqual([found])
  }
  expect(await directory.servicePrincipals.count(tenant, { displayName: { is: 'reader' } })).toBe(1)
  expect(await directory.directoryRoles.members(tenant, directoryRole.exchangeAdministrator)).toEqual([
    { kind: 'servicePrincipal', id: principal, displayName: 'Reader' },
  ])
  expect(await directory.directoryRoles.of(tenant, principal as ServicePrincipalId)).toContain(
    directoryRole.securityReader,
  )
  expect(await directory.assignments.find(tenant, 'granted')).toMatchObject({
    principal,
    principalType: 'ServicePrincipal',
    created: 9,
  })
  await directory.users.update(tenant, found!.id, { displayName: 'Countess' })
  expect((await directory.audits.page(tenant, { limit: 10 })).map(({ activity }) => activity)).toEqual(['Update user'])
})

it('the administrator’s app is found after the migration: the oldest app of that name with the role', async () => {
  const opened = { dir: temporaryDirectory(), world: new TestWorld(), log: silentLog }
  const before = await openSqliteEngine({
    ...opened,
    migrations: directoryMigrations.filter(({ number }) => number < 169),
  })
  const named = (id: string, created: number, displayName = 'Postern administration') => [
    sql`insert into directory_app (id, app_id, tenant, display_name, display_key, sign_in_audience, identifier_uris,
        required_resource_access, properties, created, revision)
      values (${id}, ${`app-${id}`}, ${tenant}, ${displayName}, ${displayName.toLowerCase()}, 'AzureADMyOrg', '[]', '[]',
        '{}', ${created}, 4)`,
    sql`insert into directory_service_principal (id, tenant, app_id, display_name, display_key, account_enabled,
        assignment_required, owner, tags, created, revision)
      values (${`principal-${id}`}, ${tenant}, ${`app-${id}`}, ${displayName}, ${displayName.toLowerCase()}, 1, 0,
        ${tenant}, '[]', ${created}, 4)`,
  ]
  const administers = (id: string) => sql`insert into directory_role_holder (tenant, member, role_template, revision)
    values (${tenant}, ${`principal-${id}`}, ${directoryRole.globalAdministrator}, 5)`
  await before.sql.write(function* () {
    yield left[0]!
    for (const statement of [...named('fake', 1), ...named('real', 2), ...named('later', 3), ...named('o', 0, 'Other')])
      yield statement
    for (const id of ['real', 'later', 'o']) yield administers(id)
  })
  await before.close()
  const engine = await openSqliteEngine({ ...opened, migrations: directoryMigrations })
  onTestFinished(() => engine.close())
  const directory = createDirectory({ sql: engine.sql, notifier: engine.notifier, world: opened.world })
  expect(await directory.tenants.administratorsApp(tenant)).toBe('app-real')
})
