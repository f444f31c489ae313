import type { AppId, Guid, ServicePrincipalId, TenantId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import { ask, askOne, sql, type Statements } from '../../storage/engine.ts'
import { appRolesOf } from './app-permissions.ts'
import type { Properties } from './app-properties.ts'
import type { Activity } from './audit/activities.ts'
import { type Deed, principalTarget, unvalued, valued } from './audit/deed.ts'
import type { Ledger } from './ledger.ts'
import { fold } from './names.ts'
import { opaqueId } from './opaque-id.ts'
import { type OwnPrincipalRow, principalIn } from './principal-row.ts'
import { refuseUnknownObject } from './refusals.ts'
import type { AppRole, AppRoleAssignment, AuditChange, Directory } from './types.ts'
import { resourceByAppId } from './well-known/resources.ts'

/** The role that stands for "may use it at all": every resource has it. */
export const defaultAccess = '00000000-0000-0000-0000-000000000000'

interface AssignmentRow {
  readonly id: string
  readonly tenant: TenantId
  readonly principal: ServicePrincipalId
  readonly resource: ServicePrincipalId
  readonly app_role: Guid
  readonly created: number
}

export function createAssignments(ledger: Ledger): Directory['assignments'] {
  return {
    async of(tenant, principal) {
      const rows = await ledger.all<AssignmentRow>(sql`select * from directory_assignment
        where tenant = ${tenant} and principal = ${fold(principal)} order by revision, id`)
      return rows.map(assignmentOf)
    },

    async on(tenant, resource) {
      const rows = await ledger.all<AssignmentRow>(sql`select * from directory_assignment
        where tenant = ${tenant} and resource = ${fold(resource)} order by revision, id`)
      return rows.map(assignmentOf)
    },

    async create(tenant, given) {
      const subject = await ledger.first<{ app_id: AppId }>(
        sql`select app_id from directory_service_principal where tenant = ${tenant} and id = ${fold(given.principal)}`,
      )
      const entry = { what: 'app role granted', subject: subject?.app_id ?? refuseUnknownObject(given.principal) }
      const id = opaqueId(ledger.world)
      const created = ledger.world.now()
      return ledger.write(tenant, entry, function* (revision, tell) {
        const principal = yield* principalIn(tenant, given.principal)
        const resource = yield* principalIn(tenant, given.resource)
        const appRole = yield* roleOn(resource, given.appRoleId)
        yield* refuseSecond(principal.id, resource.id, appRole)
        yield* ask(sql`insert into directory_assignment (id, tenant, principal, resource, app_role, created, revision)
          values (${id}, ${tenant}, ${principal.id}, ${resource.id}, ${appRole}, ${created}, ${revision})`)
        tell(deedOf('Add app role assignment to service principal', { principal, resource, appRole }, valued))
        return { id, tenant, principal: principal.id, resource: resource.id, appRoleId: appRole, created }
      })
    },

    async remove(tenant, id) {
      if (!/^[\w-]{1,64}$/.test(id)) refuseUnknownObject(id)
      const found = await ledger.first<{ app_id: AppId }>(sql`select p.app_id from directory_assignment a
        join directory_service_principal p on p.id = a.principal where a.tenant = ${tenant} and a.id = ${id}`)
      const entry = { what: 'app role taken back', subject: found?.app_id ?? refuseUnknownObject(id) }
      await ledger.write(tenant, entry, function* (_, tell) {
        const gone =
          (yield* askOne<AssignmentRow>(
            sql`delete from directory_assignment where tenant = ${tenant} and id = ${id} returning *`,
          )) ?? refuseUnknownObject(id)
        const principal = yield* principalIn(tenant, gone.principal)
        const resource = yield* principalIn(tenant, gone.resource)
        const of = { principal, resource, appRole: gone.app_role }
        tell(deedOf('Remove app role assignment from service principal', of, unvalued))
      })
    },

    async roles(tenant, principal, resourceAppId) {
      const rows = await ledger.all<{ app_role: Guid }>(sql`select a.app_role from directory_assignment a
        join directory_service_principal r on r.id = a.resource
        where a.tenant = ${tenant} and a.principal = ${fold(principal)} and r.app_id = ${fold(resourceAppId)}
        order by a.revision`)
      if (rows.length === 0) return []
      const known = await rolesOf(ledger, fold(resourceAppId))
      return rows.flatMap((row) => {
        const role = known.find(({ id, isEnabled }) => id === row.app_role && isEnabled)
        return role?.value ? [role.value] : []
      })
    },
  }
}

const assignmentOf = (row: AssignmentRow): AppRoleAssignment => ({
  id: row.id,
  tenant: row.tenant,
  principal: row.principal,
  resource: row.resource,
  appRoleId: row.app_role,
  created: row.created,
})

/** As Entra tells it: what was done to the resource, for the app. */
const deedOf = (
  activity: Activity,
  of: { principal: OwnPrincipalRow; resource: OwnPrincipalRow; appRole: Guid },
  told: (property: string, value: unknown) => AuditChange,
): Deed => ({
  activity,
  targets: [principalTarget(of.resource), principalTarget(of.principal)],
  changes: [
    told('AppRole.Id', of.appRole),
    told('ServicePrincipal.ObjectID', of.principal.id),
    told('ServicePrincipal.AppId', of.principal.app_id),
  ],
})

const propertiesOf = (appId: string) => sql`select properties from directory_app where app_id = ${appId}`

const rolesIn = (row: { properties: string } | undefined): readonly AppRole[] =>
  row ? appRolesOf(JSON.parse(row.properties) as Properties) : []

async function rolesOf(ledger: Ledger, appId: string): Promise<readonly AppRole[]> {
  return resourceByAppId(appId)?.appRoles ?? rolesIn(await ledger.first<{ properties: string }>(propertiesOf(appId)))
}

/** Role ids are unique within one resource only (contract/identity §11.2), so the role is looked for on this one. */
function* roleOn(resource: { app_id: AppId }, appRoleId: string): Statements<Guid> {
  const id = fold(appRoleId)
  if (id === defaultAccess) return id as Guid
  const offered =
    resourceByAppId(resource.app_id)?.appRoles ??
    rolesIn(yield* askOne<{ properties: string }>(propertiesOf(resource.app_id)))
  const found = offered.find((role) => role.id === id)
  if (found?.isEnabled && found.allowedMemberTypes.includes('Application')) return found.id
  return refuse('bad-syntax', `Permission being assigned was not found on application '${resource.app_id}'`, {
    property: 'appRoleId',
  })
}

function* refuseSecond(principal: Guid, resource: Guid, appRole: Guid): Statements<void> {
  const taken = yield* askOne(sql`select id from directory_assignment
    where principal = ${principal} and resource = ${resource} and app_role = ${appRole}`)
  if (taken)
    refuse('already-exists', 'Permission being assigned already exists on the object', { property: 'appRoleId' })
}
