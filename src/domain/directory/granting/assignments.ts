import type { AppId, Guid, ServicePrincipalId, TenantId, UserId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { ask, askOne, inARow, type Statement, sql, type Statements } from '../../../storage/engine.ts'
import { appRolesOf } from '../apps/app-permissions.ts'
import type { Properties } from '../apps/app-properties.ts'
import { type AuditEvent, principalTarget, unvalued, valued } from '../audit/audit-event.ts'
import type { DirectoryTx } from '../directory-tx.ts'
import { fold, opaqueId } from '../names.ts'
import { memberIn, type OwnPrincipalRow, principalIn, subjectOf } from './principal-row.ts'
import { pageOf } from '../pages.ts'
import { refuseUnknownObject } from '../refusals.ts'
import type { AppRole } from '../../../core/well-known/resource.ts'
import type { AppRoleAssignment, AuditTarget, Directory } from '../types.ts'
import { resourceByAppId } from '../../../core/well-known/resources.ts'
import { defaultAccess } from '../../../core/well-known/resource.ts'

interface AssignmentRow {
  readonly id: string
  readonly tenant: TenantId
  readonly principal: ServicePrincipalId | UserId
  readonly principal_type: AppRoleAssignment['principalType']
  readonly resource: ServicePrincipalId
  readonly app_role: Guid
  readonly created: number
}

type NamedRow = AssignmentRow & { readonly principal_name: string | null; readonly resource_name: string }

/** With the names of both sides. */
const whole = sql`select t.*, coalesce(p.display_name, u.display_name) as principal_name,
    r.display_name as resource_name
  from directory_app_assignment t
  join directory_service_principal r on r.id = t.resource
  left join directory_service_principal p on p.id = t.principal
  left join directory_user u on u.id = t.principal`

export function createAssignments(directoryTx: DirectoryTx): Directory['assignments'] {
  const chosen = async (of: Statement) => (await directoryTx.all<NamedRow>(inARow(whole, of))).map(assignmentOf)

  return {
    async find(tenant, id) {
      return (await chosen(sql` where t.tenant = ${tenant} and t.id = ${id}`))[0]
    },

    of: (tenant, principal) =>
      chosen(sql` where t.tenant = ${tenant} and t.principal = ${fold(principal)} order by t.revision`),

    between: (tenant, principal, resource) =>
      chosen(sql` where t.tenant = ${tenant} and t.principal = ${fold(principal)} and t.resource = ${fold(resource)}
        order by t.revision`),

    async pageOn(tenant, resource, asked) {
      const select = inARow(whole, sql` where t.tenant = ${tenant} and t.resource = ${fold(resource)}`)
      return (await directoryTx.all<NamedRow>(pageOf(select, [], asked))).map(assignmentOf)
    },

    async create(tenant, given) {
      const entry = {
        what: 'app role granted',
        subject: await subjectOf(directoryTx, tenant, fold(given.principal) as Guid),
      }
      const id = opaqueId(directoryTx.world)
      const created = directoryTx.world.now()
      return directoryTx.write(tenant, entry, function* (revision, tell) {
        const principal = yield* memberIn(tenant, fold(given.principal) as Guid)
        const principalType = principal.type === 'User' ? 'User' : 'ServicePrincipal'
        const resource = yield* principalIn(tenant, given.resource)
        const appRole = yield* roleOn(resource, given.appRoleId, principalType)
        yield* refuseSecond(principal.id, resource.id, appRole)
        yield* ask(sql`insert into directory_app_assignment (id, tenant, principal, principal_type, resource, app_role,
            created, revision)
          values (${id}, ${tenant}, ${principal.id}, ${principalType}, ${resource.id}, ${appRole}, ${created}, ${revision})`)
        tell(auditEventOf('Add', { principal, resource, appRole }))
        return {
          id,
          tenant,
          principal: principal.id as ServicePrincipalId | UserId,
          principalType,
          principalDisplayName: principal.displayName,
          resource: resource.id,
          resourceDisplayName: resource.display_name,
          appRoleId: appRole,
          created,
        }
      })
    },

    async remove(tenant, id) {
      const found = await directoryTx.first<{ principal: Guid }>(
        sql`select principal from directory_app_assignment where tenant = ${tenant} and id = ${id}`,
      )
      const subject = await subjectOf(directoryTx, tenant, found?.principal ?? refuseUnknownObject(id))
      await directoryTx.write(tenant, { what: 'app role taken back', subject }, function* (_, tell) {
        const gone =
          (yield* askOne<AssignmentRow>(
            sql`delete from directory_app_assignment where tenant = ${tenant} and id = ${id} returning *`,
          )) ?? refuseUnknownObject(id)
        const principal = yield* memberIn(tenant, gone.principal)
        const resource = yield* principalIn(tenant, gone.resource)
        tell(auditEventOf('Remove', { principal, resource, appRole: gone.app_role }))
      })
    },

    async roles(tenant, principal, resourceAppId) {
      const rows = await directoryTx.all<{ app_role: Guid }>(sql`select a.app_role from directory_app_assignment a
        join directory_service_principal r on r.id = a.resource
        where a.tenant = ${tenant} and a.principal = ${fold(principal)} and r.app_id = ${fold(resourceAppId)}
        order by a.revision`)
      if (rows.length === 0) return []
      const known = await rolesOf(directoryTx, fold(resourceAppId))
      return rows.flatMap((row) => {
        const role = known.find(({ id, isEnabled }) => id === row.app_role && isEnabled)
        return role?.value ? [role.value] : []
      })
    },
  }
}

const assignmentOf = (row: NamedRow): AppRoleAssignment => ({
  id: row.id,
  tenant: row.tenant,
  principal: row.principal,
  principalType: row.principal_type,
  principalDisplayName: row.principal_name ?? '',
  resource: row.resource,
  resourceDisplayName: row.resource_name,
  appRoleId: row.app_role,
  created: row.created,
})

const activityOf = {
  Add: {
    ServicePrincipal: 'Add app role assignment to service principal',
    User: 'Add app role assignment grant to user',
  },
  Remove: {
    ServicePrincipal: 'Remove app role assignment from service principal',
    User: 'Remove app role assignment from user',
  },
} as const

/** In the form of Entra: the resource is the first target, the principal that gets the role is the second. */
function auditEventOf(
  verb: keyof typeof activityOf,
  { principal, resource, appRole }: { principal: AuditTarget; resource: OwnPrincipalRow; appRole: Guid },
): AuditEvent {
  const told = verb === 'Add' ? valued : unvalued
  const kind = principal.type === 'User' ? 'User' : 'ServicePrincipal'
  return {
    activity: activityOf[verb][kind],
    targets: [principalTarget(resource), principal],
    changes: [told('AppRole.Id', appRole), told(`${kind}.ObjectID`, principal.id)],
  }
}

const propertiesOf = (appId: string) => sql`select properties from directory_app where app_id = ${appId}`

const rolesIn = (row: { properties: string } | undefined): readonly AppRole[] =>
  row ? appRolesOf(JSON.parse(row.properties) as Properties) : []

async function rolesOf(directoryTx: DirectoryTx, appId: string): Promise<readonly AppRole[]> {
  return (
    resourceByAppId(appId)?.appRoles ?? rolesIn(await directoryTx.first<{ properties: string }>(propertiesOf(appId)))
  )
}

/** Role ids are unique within one resource only (docs/reference/identity.md §11.2), so the query names the resource. */
function* roleOn(
  resource: { app_id: AppId },
  appRoleId: string,
  principalType: AppRoleAssignment['principalType'],
): Statements<Guid> {
  const id = fold(appRoleId)
  if (id === defaultAccess) return id as Guid
  const offered =
    resourceByAppId(resource.app_id)?.appRoles ??
    rolesIn(yield* askOne<{ properties: string }>(propertiesOf(resource.app_id)))
  const found = offered.find((role) => role.id === id)
  const memberType = principalType === 'User' ? 'User' : 'Application'
  if (found?.isEnabled && found.allowedMemberTypes.includes(memberType)) return found.id
  return refuse('bad-syntax', `Permission being assigned was not found on application '${resource.app_id}'`, {
    property: 'appRoleId',
  })
}

function* refuseSecond(principal: string, resource: Guid, appRole: Guid): Statements<void> {
  const taken = yield* askOne(sql`select id from directory_app_assignment
    where principal = ${principal} and resource = ${resource} and app_role = ${appRole}`)
  if (taken)
    refuse('already-exists', 'Permission being assigned already exists on the object', { property: 'appRoleId' })
}
