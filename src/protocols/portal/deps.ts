import type { Access } from '../../access/types.ts'
import type { AppId } from '../../core/ids.ts'
import type { World } from '../../core/world.ts'
import type { SignIns } from '../../domain/audit/types.ts'
import type { Directory, Tenant } from '../../domain/directory/types.ts'
import type { SigningKeys } from '../../domain/tokens/types.ts'

/** A tenant, and in it an app for its administrator. */
export type CreateTenant = (
  directory: Directory,
  requested: { displayName: string; domain: string },
) => Promise<{ tenant: Tenant; admin: { clientId: AppId; clientSecret: string } }>

export interface PortalDeps {
  readonly access: Access
  readonly directory: Directory
  readonly signIns: SignIns
  readonly signingKeys: SigningKeys
  readonly foundTenant: CreateTenant
  readonly world: World
}
