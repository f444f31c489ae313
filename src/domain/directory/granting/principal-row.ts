import type { AppId, Guid, ServicePrincipalId, TenantId, UserId } from '../../../core/ids.ts'
import { askOne, sql, type Statements } from '../../../storage/engine.ts'
import { appRolesOf, scopesOf } from '../apps/app-permissions.ts'
import { accessTokenVersionOf, type Properties, redirectUrisOf } from '../apps/app-properties.ts'
import { principalTarget, userTarget } from '../audit/audit-event.ts'
import type { DirectoryTx } from '../directory-tx.ts'
import { fold } from '../names.ts'
import { userIn } from '../people/user-row.ts'
import { refuseUnknownObject } from '../refusals.ts'
import type { AuditTarget, RoleMember, ServicePrincipal } from '../types.ts'
import { namesOf, resourceByAppId } from '../../../core/well-known/resources.ts'

/** Columns of the service principal itself. */
export interface OwnPrincipalRow {
  readonly id: ServicePrincipalId
  readonly tenant: TenantId
  readonly app_id: AppId
  readonly display_name: string
  readonly account_enabled: number
  readonly assignment_required: number
  readonly owner: string | null
  readonly tags: string
  readonly created: number
}

/** With the columns of its app, in whichever tenant that is registered; null if the app was removed. */
export type PrincipalRow = OwnPrincipalRow & {
  readonly app_name: string | null
  readonly sign_in_audience: string | null
  readonly identifier_uris: string | null
  readonly properties: string | null
}

export const principalOf = (row: PrincipalRow): ServicePrincipal => ({
  id: row.id,
  tenant: row.tenant,
  appId: row.app_id,
  displayName: row.display_name,
  accountEnabled: row.account_enabled === 1,
  appRoleAssignmentRequired: row.assignment_required === 1,
  appOwnerOrganizationId: row.owner ?? undefined,
  tags: JSON.parse(row.tags) as string[],
  appDisplayName: row.app_name ?? row.display_name,
  signInAudience: row.sign_in_audience ?? 'AzureADMultipleOrgs',
  ...offerOf(row),
  created: row.created,
})

/**
 * The properties of a service principal as a resource. The two well-known resources accept tokens of version 1
 * (docs/reference/identity.md §4.3).
 */
function offerOf(row: PrincipalRow) {
  const resource = resourceByAppId(row.app_id)
  if (resource) {
    return {
      redirectUris: { web: [], spa: [], publicClient: [] },
      appRoles: resource.appRoles,
      oauth2PermissionScopes: resource.oauth2PermissionScopes,
      accessTokenVersion: 1 as const,
      servicePrincipalNames: namesOf(resource),
    }
  }
  const properties = row.properties === null ? {} : (JSON.parse(row.properties) as Properties)
  const identifiers = row.identifier_uris === null ? [] : (JSON.parse(row.identifier_uris) as string[])
  return {
    redirectUris: redirectUrisOf(properties),
    appRoles: appRolesOf(properties),
    oauth2PermissionScopes: scopesOf(properties),
    accessTokenVersion: accessTokenVersionOf(properties),
    servicePrincipalNames: [row.app_id, ...identifiers],
  }
}

/** Inside a write. */
export function* principalIn(tenant: TenantId, id: string): Statements<OwnPrincipalRow> {
  const row = yield* askOne<OwnPrincipalRow>(
    sql`select * from directory_service_principal where tenant = ${tenant} and id = ${fold(id)}`,
  )
  return row ?? refuseUnknownObject(id)
}

/** A holder or owner, with its name in the column of its kind. */
export interface MemberRow {
  readonly member: UserId | ServicePrincipalId
  readonly user_name: string | null
  readonly principal_name: string | null
}

export const memberOf = (row: MemberRow): RoleMember =>
  row.user_name === null
    ? { kind: 'servicePrincipal', id: row.member as ServicePrincipalId, displayName: row.principal_name ?? '' }
    : { kind: 'user', id: row.member as UserId, displayName: row.user_name }

/** The subject of journal lines about a user or a service principal: a service principal has its appId there. */
export async function subjectOf(directoryTx: DirectoryTx, tenant: TenantId, member: Guid): Promise<Guid> {
  const found = await directoryTx.first<{ subject: Guid }>(sql`select app_id as subject from directory_service_principal
      where tenant = ${tenant} and id = ${member}
    union all select id as subject from directory_user where tenant = ${tenant} and id = ${member}`)
  return found?.subject ?? refuseUnknownObject(member)
}

/** Inside a write: a service principal or a user as a target of the audit log. */
export function* memberIn(tenant: TenantId, id: Guid): Statements<AuditTarget> {
  const principal = yield* askOne<OwnPrincipalRow>(
    sql`select * from directory_service_principal where tenant = ${tenant} and id = ${id}`,
  )
  if (principal) return principalTarget(principal)
  return userTarget(yield* userIn(tenant, id as UserId))
}
