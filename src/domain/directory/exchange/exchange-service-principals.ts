import { type AppId, guid, type Guid, type TenantId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { ask, askOne, sql, type Statements } from '../../../storage/engine.ts'
import { changesBetween, otherTarget } from '../audit/audit-event.ts'
import type { DirectoryTx } from '../directory-tx.ts'
import { checkOptionalText, limits } from '../limits.ts'
import { fold } from '../names.ts'
import { refuseAmbiguous } from '../refusals.ts'
import { nextSid } from './permissions/sids.ts'
import type { Directory, ExchangeServicePrincipal } from '../types.ts'

export interface ExchangePrincipalRow {
  readonly guid: Guid
  readonly tenant: TenantId
  readonly app_id: AppId
  readonly object_id: Guid
  readonly sid: string
  readonly display_name: string
  readonly override_enforce_rbac: number
  readonly created: number
  readonly changed: number
}

export function createExchangeServicePrincipals(directoryTx: DirectoryTx): Directory['exchange'] {
  return {
    async find(tenant, named) {
      const row =
        (await principalWithId(directoryTx, tenant, named)) ?? (await principalWithName(directoryTx, tenant, named))
      return row && exchangePrincipalOf(row)
    },

    async findByAppId(tenant, appId) {
      const row = await directoryTx.first<ExchangePrincipalRow>(
        sql`select * from directory_exchange_principal where tenant = ${tenant} and app_id = ${fold(appId)}`,
      )
      return row && exchangePrincipalOf(row)
    },

    async all(tenant) {
      const rows = await directoryTx.all<ExchangePrincipalRow>(
        sql`select * from directory_exchange_principal where tenant = ${tenant} order by revision, guid`,
      )
      return rows.map(exchangePrincipalOf)
    },

    // As in the real service, any well-formed ObjectId is accepted. A wrong one makes the sign-in fail.
    async create(tenant, given) {
      const appId = guid<AppId>(given.appId.trim())
      const objectId = guid(given.objectId.trim())
      const displayName = checkOptionalText(given.displayName ?? '', 'DisplayName', limits.displayName)
      const id = directoryTx.world.guid()
      const created = directoryTx.world.now()
      return directoryTx.write(
        tenant,
        { what: 'Exchange service principal added', subject: appId },
        function* (revision, tell) {
          yield* refuseSecond(tenant, appId, objectId)
          const sid = yield* nextSid(tenant)
          yield* ask(sql`insert into directory_exchange_principal (guid, tenant, app_id, object_id, sid, display_name,
            display_key, created, changed, revision)
          values (${id}, ${tenant}, ${appId}, ${objectId}, ${sid}, ${displayName}, ${fold(displayName)}, ${created},
            ${created}, ${revision})`)
          const changes = changesBetween({}, { appId, objectId, displayName })
          tell({ activity: 'New-ServicePrincipal', targets: [otherTarget(id, displayName || objectId)], changes })
          return {
            guid: id,
            tenant,
            appId,
            objectId,
            sid,
            displayName,
            overrideEnforceExoAppRbacPermissions: false,
            created,
            changed: created,
          }
        },
      )
    },

    async update(tenant, id, change) {
      const found = await directoryTx.first<{ app_id: AppId }>(
        sql`select app_id from directory_exchange_principal where tenant = ${tenant} and guid = ${id}`,
      )
      const entry = { what: 'Exchange service principal changed', subject: found?.app_id ?? refuseUnknown(id) }
      const changed = directoryTx.world.now()
      return directoryTx.write(tenant, entry, function* (_, tell) {
        const row =
          (yield* askOne<ExchangePrincipalRow>(
            sql`select * from directory_exchange_principal where tenant = ${tenant} and guid = ${id}`,
          )) ?? refuseUnknown(id)
        const before = exchangePrincipalOf(row)
        const displayName = checkOptionalText(
          change.displayName ?? before.displayName,
          'DisplayName',
          limits.displayName,
        )
        const after = { ...before, ...change, displayName, changed }
        yield* ask(sql`update directory_exchange_principal set display_name = ${displayName},
          display_key = ${fold(displayName)}, changed = ${changed},
          override_enforce_rbac = ${Number(after.overrideEnforceExoAppRbacPermissions)} where guid = ${id}`)
        const changes = changesBetween(changeable(before), changeable(after))
        tell({ activity: 'Set-ServicePrincipal', targets: [otherTarget(id, displayName || after.objectId)], changes })
        return after
      })
    },

    async remove(tenant, id) {
      const found = await directoryTx.first<{ app_id: AppId }>(
        sql`select app_id from directory_exchange_principal where tenant = ${tenant} and guid = ${id}`,
      )
      const entry = { what: 'Exchange service principal removed', subject: found?.app_id ?? refuseUnknown(id) }
      await directoryTx.write(tenant, entry, function* (_, tell) {
        yield* ask(sql`delete from directory_role_assignment where principal = ${id}`)
        const gone =
          (yield* askOne<ExchangePrincipalRow>(
            sql`delete from directory_exchange_principal where tenant = ${tenant} and guid = ${id} returning *`,
          )) ?? refuseUnknown(id)
        tell({ activity: 'Remove-ServicePrincipal', targets: [otherTarget(id, gone.display_name || gone.object_id)] })
      })
    },
  }
}

const exchangePrincipalOf = (row: ExchangePrincipalRow): ExchangeServicePrincipal => ({
  guid: row.guid,
  tenant: row.tenant,
  appId: row.app_id,
  objectId: row.object_id,
  sid: row.sid,
  displayName: row.display_name,
  overrideEnforceExoAppRbacPermissions: row.override_enforce_rbac === 1,
  created: row.created,
  changed: row.changed,
})

const changeable = ({ displayName, overrideEnforceExoAppRbacPermissions }: ExchangeServicePrincipal) => ({
  displayName,
  overrideEnforceExoAppRbacPermissions,
})

const refuseUnknown = (id: string): never =>
  refuse('no-such-thing', `The service principal '${id}' couldn't be found.`, { property: 'Identity' })

function* refuseSecond(tenant: TenantId, appId: AppId, objectId: Guid): Statements<void> {
  const taken = yield* askOne<{ app_id: AppId }>(sql`select app_id from directory_exchange_principal
    where tenant = ${tenant} and (app_id = ${appId} or object_id = ${objectId})`)
  if (!taken) return
  const property = taken.app_id === appId ? 'AppId' : 'ObjectId'
  refuse('already-exists', `A service principal with this ${property} already exists.`, { property })
}

/** By Guid, ObjectId, AppId or SID, in this order: a wrong ObjectId may be the AppId of another. */
export async function principalWithId(
  directoryTx: DirectoryTx,
  tenant: TenantId,
  named: string,
): Promise<ExchangePrincipalRow | undefined> {
  const key = fold(named)
  const sid = key.toUpperCase()
  const rows = await directoryTx.all<ExchangePrincipalRow>(sql`select * from directory_exchange_principal
    where tenant = ${tenant} and (guid = ${key} or object_id = ${key} or app_id = ${key} or sid = ${sid})`)
  return (
    rows.find((row) => row.guid === key) ??
    rows.find((row) => row.object_id === key) ??
    rows.find((row) => row.app_id === key) ??
    rows[0]
  )
}

/** Refuses `bad-syntax` if several have the name. */
export async function principalWithName(
  directoryTx: DirectoryTx,
  tenant: TenantId,
  named: string,
): Promise<ExchangePrincipalRow | undefined> {
  const key = fold(named)
  if (key === '') return undefined
  const rows = await directoryTx.all<ExchangePrincipalRow>(sql`select * from directory_exchange_principal
    where tenant = ${tenant} and display_key = ${key} limit 2`)
  if (rows.length < 2) return rows[0]
  return refuseAmbiguous(named, 'Name one service principal by its Guid.')
}
