import { type AppId, isGuid, type ServicePrincipalId, type TenantId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { ask, askOne, inARow, type Statement, sql, type Statements } from '../../../storage/engine.ts'
import { isForOtherTenants } from '../apps/app-fields.ts'
import { changesBetween, principalTarget } from '../audit/audit-event.ts'
import type { DirectoryTx } from '../directory-tx.ts'
import { checkCount, checkText, limits } from '../limits.ts'
import { fold } from '../names.ts'
import { conditions, pageOf } from '../pages.ts'
import { type OwnPrincipalRow, principalIn, principalOf, type PrincipalRow } from './principal-row.ts'
import { refuseUnknownObject } from '../refusals.ts'
import { removeServicePrincipal } from '../removal.ts'
import type { AppWhere, Directory } from '../types.ts'
import { identifierKey, microsoftTenant, resourceByAppId, resourceNamed } from '../../../core/well-known/resources.ts'

export function createServicePrincipals(directoryTx: DirectoryTx): Directory['servicePrincipals'] {
  const one = (of: Statement) => directoryTx.first<PrincipalRow>(inARow(wholePrincipal, of))
  const byId = (tenant: TenantId, id: string) => one(sql` where t.tenant = ${tenant} and t.id = ${fold(id)}`)
  const byAppId = (tenant: TenantId, appId: string) =>
    one(sql` where t.tenant = ${tenant} and t.app_id = ${fold(appId)}`)
  const known = async (tenant: TenantId, id: ServicePrincipalId) => (await byId(tenant, id)) ?? refuseUnknownObject(id)

  return {
    async find(tenant, by) {
      const row = await ('id' in by ? byId(tenant, by.id) : byAppId(tenant, by.appId))
      return row && principalOf(row)
    },

    async findResource(tenant, named) {
      const key = identifierKey(named.trim())
      const appId = isGuid(key) ? key : (resourceNamed(key)?.appId ?? (await appNamed(directoryTx, tenant, key)))
      const row = appId === undefined ? undefined : await byAppId(tenant, appId)
      return row && principalOf(row)
    },

    async page(tenant, { where = {}, ...asked }) {
      const select = inARow(wholePrincipal, sql` where t.tenant = ${tenant}`)
      return (await directoryTx.all<PrincipalRow>(pageOf(select, narrowing(where), asked))).map(principalOf)
    },

    async count(tenant, where = {}) {
      const select = sql`select count(*) as held from directory_service_principal t where t.tenant = ${tenant}`
      return (await directoryTx.first<{ held: number }>(inARow(select, ...narrowing(where))))?.held ?? 0
    },

    async create(tenant, given) {
      const appId = isGuid(given.appId.trim()) ? (fold(given.appId) as AppId) : refuseUnknownApp(given.appId)
      const id = directoryTx.world.guid<ServicePrincipalId>()
      const created = directoryTx.world.now()
      const tags = checkTags(given.tags ?? [])
      await directoryTx.write(tenant, { what: 'service principal added', subject: appId }, function* (revision, tell) {
        const app = yield* appFor(tenant, appId)
        yield* refuseSecond(tenant, appId)
        const displayName = checkText(given.displayName ?? app.displayName, 'displayName', limits.displayName)
        yield* ask(sql`insert into directory_service_principal (id, tenant, app_id, display_name, display_key, account_enabled,
            assignment_required, owner, tags, created, revision)
          values (${id}, ${tenant}, ${appId}, ${displayName}, ${fold(displayName)}, ${bit(given.accountEnabled ?? true)},
            ${bit(given.appRoleAssignmentRequired ?? false)}, ${app.owner}, ${JSON.stringify(tags)}, ${created},
            ${revision})`)
        tell({ activity: 'Add service principal', targets: [principalTarget({ id, display_name: displayName })] })
      })
      return principalOf(await known(tenant, id))
    },

    async update(tenant, id, change) {
      const { app_id } = await known(tenant, id)
      await directoryTx.write(tenant, { what: 'service principal changed', subject: app_id }, function* (_, tell) {
        const before = yield* principalIn(tenant, id)
        const displayName = checkText(change.displayName ?? before.display_name, 'displayName', limits.displayName)
        const enabled = change.accountEnabled === undefined ? before.account_enabled : bit(change.accountEnabled)
        const required =
          change.appRoleAssignmentRequired === undefined
            ? before.assignment_required
            : bit(change.appRoleAssignmentRequired)
        const tags = change.tags ? JSON.stringify(checkTags(change.tags)) : before.tags
        yield* ask(sql`update directory_service_principal set display_name = ${displayName}, display_key = ${fold(displayName)},
          account_enabled = ${enabled}, assignment_required = ${required}, tags = ${tags} where id = ${id}`)
        const after = yield* principalIn(tenant, id)
        const changes = changesBetween(shown(before), shown(after))
        tell({ activity: 'Update service principal', targets: [principalTarget(after)], changes })
      })
      return principalOf(await known(tenant, id))
    },

    async remove(tenant, id) {
      const { app_id } = await known(tenant, id)
      if (resourceByAppId(app_id)) refuse('not-allowed', 'This service principal belongs to the service itself.')
      await directoryTx.write(tenant, { what: 'service principal removed', subject: app_id }, function* (_, tell) {
        const principal = yield* principalIn(tenant, id)
        tell({ activity: 'Remove service principal', targets: [principalTarget(principal)] })
        yield* removeServicePrincipal(id)
      })
    },
  }
}

const wholePrincipal = sql`select t.*, a.display_name as app_name, a.sign_in_audience, a.identifier_uris, a.properties
  from directory_service_principal t left join directory_app a on a.app_id = t.app_id`

const narrowing = ({ appId, displayName }: AppWhere) => conditions({ 't.app_id': appId, 't.display_key': displayName })

const shown = (row: OwnPrincipalRow) => ({
  displayName: row.display_name,
  accountEnabled: row.account_enabled === 1,
  appRoleAssignmentRequired: row.assignment_required === 1,
  tags: JSON.parse(row.tags) as unknown,
})

const bit = (on: boolean): number => (on ? 1 : 0)

const refuseUnknownApp = (appId: string): never =>
  refuse(
    'no-such-thing',
    `The appId '${appId.slice(0, 64)}' of the service principal does not reference a valid application object.`,
    { property: 'appId' },
  )

/** The tenant's own app before those of others that it has taken in, and of these the first. */
async function appNamed(directoryTx: DirectoryTx, tenant: TenantId, identifier: string): Promise<AppId | undefined> {
  const row = await directoryTx.first<{ app_id: AppId }>(sql`select a.app_id from directory_app_uri u
    join directory_app a on a.id = u.app
    left join directory_service_principal p on p.tenant = ${tenant} and p.app_id = a.app_id
    where u.uri_key = ${identifier} and (u.tenant = ${tenant} or p.id is not null)
    order by case when u.tenant = ${tenant} then 0 else 1 end, p.created, p.id limit 1`)
  return row?.app_id
}

/** The app as a tenant may take it in: its own, one that another tenant offers to all, or a resource of the service. */
function* appFor(tenant: TenantId, appId: AppId): Statements<{ displayName: string; owner: string }> {
  const resource = resourceByAppId(appId)
  if (resource) return { displayName: resource.displayName, owner: microsoftTenant }
  const app = yield* askOne<{ tenant: TenantId; display_name: string; sign_in_audience: string }>(
    sql`select tenant, display_name, sign_in_audience from directory_app where app_id = ${appId}`,
  )
  if (!app || (app.tenant !== tenant && !isForOtherTenants(app.sign_in_audience))) return refuseUnknownApp(appId)
  return { displayName: app.display_name, owner: app.tenant }
}

function* refuseSecond(tenant: TenantId, appId: AppId): Statements<void> {
  const taken = yield* askOne(
    sql`select id from directory_service_principal where tenant = ${tenant} and app_id = ${appId}`,
  )
  if (taken) {
    refuse(
      'already-exists',
      `The service principal cannot be created because the service principal name ${appId} is already in use.`,
      { property: 'appId' },
    )
  }
}

function checkTags(tags: readonly string[]): readonly string[] {
  checkCount(tags, 'tags', limits.tags)
  return tags.map((tag) => checkText(tag, 'tags', limits.shortText))
}

/** Inside a write: every tenant that has a service principal of the app. */
export function* tenantsWith(appId: AppId): Statements<readonly TenantId[]> {
  const rows = yield* ask<{ tenant: TenantId }>(
    sql`select tenant from directory_service_principal where app_id = ${appId}`,
  )
  return rows.map(({ tenant }) => tenant)
}
