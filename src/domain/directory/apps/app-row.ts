import type { AppId, AppObjectId, TenantId } from '../../../core/ids.ts'
import { askOne, sql, type Statements } from '../../../storage/engine.ts'
import { appRolesOf, scopesOf } from './app-permissions.ts'
import { accessTokenVersionOf, allowsPublicClient, type Properties, redirectUrisOf } from './app-properties.ts'
import { fold } from '../names.ts'
import { refuseUnknownObject } from '../refusals.ts'
import type { App, RequiredResourceAccess } from '../types.ts'

export interface AppRow {
  readonly id: AppObjectId
  readonly app_id: AppId
  readonly tenant: TenantId
  readonly display_name: string
  readonly sign_in_audience: string
  readonly identifier_uris: string
  readonly required_resource_access: string
  readonly properties: string
  readonly created: number
}

export function plain(row: AppRow): Omit<App, 'secrets' | 'certificates'> {
  const properties = JSON.parse(row.properties) as Properties
  return {
    id: row.id,
    appId: row.app_id,
    tenant: row.tenant,
    displayName: row.display_name,
    created: row.created,
    signInAudience: row.sign_in_audience,
    identifierUris: JSON.parse(row.identifier_uris) as readonly string[],
    requiredResourceAccess: JSON.parse(row.required_resource_access) as readonly RequiredResourceAccess[],
    redirectUris: redirectUrisOf(properties),
    allowsPublicClient: allowsPublicClient(properties),
    accessTokenVersion: accessTokenVersionOf(properties),
    appRoles: appRolesOf(properties),
    oauth2PermissionScopes: scopesOf(properties),
    properties,
  }
}

/** Inside a write. */
export function* lockedApp(tenant: TenantId, id: AppObjectId): Statements<AppRow> {
  const row = yield* askOne<AppRow>(sql`select * from directory_app where tenant = ${tenant} and id = ${fold(id)}`)
  return row ?? refuseUnknownObject(id)
}
