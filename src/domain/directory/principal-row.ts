import type { AppId, ServicePrincipalId, TenantId } from '../../core/ids.ts'
import { askOne, sql, type Statements } from '../../storage/engine.ts'
import { fold } from './names.ts'
import { refuseUnknownObject } from './refusals.ts'
import type { ServicePrincipal } from './types.ts'
import { namesOf, resourceByAppId } from './well-known/resources.ts'

/** A service principal with what it has from its app, wherever that is registered. */
export interface PrincipalRow {
  readonly id: ServicePrincipalId
  readonly tenant: TenantId
  readonly app_id: AppId
  readonly display_name: string
  readonly account_enabled: number
  readonly assignment_required: number
  readonly owner: string | null
  readonly tags: string
  readonly created: number
  readonly identifier_uris: string | null
}

export function principalOf(row: PrincipalRow | undefined): ServicePrincipal | undefined {
  if (!row) return undefined
  const resource = resourceByAppId(row.app_id)
  const identifiers = row.identifier_uris === null ? [] : (JSON.parse(row.identifier_uris) as string[])
  return {
    id: row.id,
    tenant: row.tenant,
    appId: row.app_id,
    displayName: row.display_name,
    accountEnabled: row.account_enabled === 1,
    appRoleAssignmentRequired: row.assignment_required === 1,
    appOwnerOrganizationId: row.owner ?? undefined,
    tags: JSON.parse(row.tags) as string[],
    appRoles: resource?.appRoles ?? [],
    oauth2PermissionScopes: resource?.oauth2PermissionScopes ?? [],
    servicePrincipalNames: resource ? namesOf(resource) : [row.app_id, ...identifiers],
    created: row.created,
  }
}

/** Inside a write. */
export function* principalIn(tenant: TenantId, id: string): Statements<Omit<PrincipalRow, 'identifier_uris'>> {
  const row = yield* askOne<Omit<PrincipalRow, 'identifier_uris'>>(
    sql`select * from directory_service_principal where tenant = ${tenant} and id = ${fold(id)}`,
  )
  return row ?? refuseUnknownObject(id)
}
