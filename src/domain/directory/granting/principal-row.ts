import type { AppId, ServicePrincipalId, TenantId } from '../../../core/ids.ts'
import { askOne, sql, type Statements } from '../../../storage/engine.ts'
import { appRolesOf, scopesOf } from '../apps/app-permissions.ts'
import { accessTokenVersionOf, type Properties, redirectUrisOf } from '../apps/app-properties.ts'
import { fold } from '../names.ts'
import { refuseUnknownObject } from '../refusals.ts'
import type { ServicePrincipal } from '../types.ts'
import { namesOf, resourceByAppId } from '../well-known/resources.ts'

/** A service principal's own columns. */
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

/** With what it has from its app, wherever that is registered; null when the app is gone. */
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

/** What it is as a resource. The two of the service itself take tokens of the first version (contract/identity §4.3). */
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
