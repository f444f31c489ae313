import { type AppObjectId, type Guid, guid, type ServicePrincipalId, type UserId } from '../../../core/ids.ts'
import { ask, askOne, sql, type Statements } from '../../../storage/engine.ts'
import { lockedApp } from './app-row.ts'
import { appTarget } from '../audit/audit-event.ts'
import type { DirectoryTx } from '../directory-tx.ts'
import { checkCount, limits } from '../limits.ts'
import { type MemberRow, memberIn, memberOf } from '../granting/principal-row.ts'
import { fold } from '../names.ts'
import { refuseUnknownObject } from '../refusals.ts'
import type { Directory } from '../types.ts'

type OwnerVerbs = Pick<Directory['apps'], 'owners' | 'isOwner' | 'addOwner' | 'removeOwner'>

export function createOwners(directoryTx: DirectoryTx): OwnerVerbs {
  return {
    async owners(tenant, id) {
      const rows = await directoryTx.all<MemberRow>(sql`select o.owner as member, u.display_name as user_name,
          p.display_name as principal_name
        from directory_app_owner o
        join directory_app a on a.id = o.app
        left join directory_user u on u.id = o.owner
        left join directory_service_principal p on p.id = o.owner
        where a.tenant = ${tenant} and a.id = ${fold(id)} order by o.revision, o.owner`)
      return rows.map(memberOf)
    },

    async isOwner(tenant, id, owner) {
      const found = await directoryTx.first(sql`select o.owner from directory_app_owner o
        join directory_app a on a.id = o.app
        where a.tenant = ${tenant} and a.id = ${fold(id)} and o.owner = ${owner}`)
      return found !== undefined
    },

    async addOwner(tenant, id, owner) {
      const added = guid<UserId | ServicePrincipalId>(owner.trim())
      const { app_id } = await appRow(directoryTx, tenant, id)
      await directoryTx.write(tenant, { what: 'owner added', subject: app_id }, function* (revision, tell) {
        const app = yield* lockedApp(tenant, id)
        const member = yield* memberIn(tenant, added)
        if (!(yield* insertOwner(app.id, added, revision))) return
        tell({ activity: 'Add owner to application', targets: [appTarget(app), member] })
      })
    },

    async removeOwner(tenant, id, owner) {
      const gone = guid(owner.trim())
      const { app_id } = await appRow(directoryTx, tenant, id)
      await directoryTx.write(tenant, { what: 'owner removed', subject: app_id }, function* (_, tell) {
        const app = yield* lockedApp(tenant, id)
        const found = yield* askOne(
          sql`delete from directory_app_owner where app = ${app.id} and owner = ${gone} returning owner`,
        )
        if (!found) refuseUnknownObject(owner)
        tell({ activity: 'Remove owner from application', targets: [appTarget(app), yield* memberIn(tenant, gone)] })
      })
    },
  }
}

const appRow = async (directoryTx: DirectoryTx, tenant: Guid, id: AppObjectId) =>
  (await directoryTx.first<{ app_id: Guid }>(
    sql`select app_id from directory_app where tenant = ${tenant} and id = ${fold(id)}`,
  )) ?? refuseUnknownObject(id)

/** Inside a write. False where it was one already. */
export function* insertOwner(
  app: AppObjectId,
  owner: UserId | ServicePrincipalId,
  revision: number,
): Statements<boolean> {
  const added = yield* ask(sql`insert into directory_app_owner (app, owner, revision)
    values (${app}, ${owner}, ${revision}) on conflict (app, owner) do nothing returning owner`)
  checkCount(yield* ask(sql`select owner from directory_app_owner where app = ${app}`), 'owners', limits.ownersPerApp)
  return added.length > 0
}

/** Inside a write. */
export function* removeOwnersOf(app: AppObjectId): Statements<void> {
  yield* ask(sql`delete from directory_app_owner where app = ${app}`)
}
