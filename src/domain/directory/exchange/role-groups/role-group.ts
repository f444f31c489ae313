import type { Guid, TenantId } from '../../../../core/ids.ts'
import type { Trustee } from '../../objects.ts'

/**
 * docs/reference/exchange-admin.md §5: whoever is in it may use the cmdlets of its management roles, without a
 * directory role.
 */
export interface RoleGroup {
  readonly guid: Guid
  readonly tenant: TenantId
  readonly name: string
  readonly description: string
  /** The names of management roles. */
  readonly roles: readonly string[]
  readonly created: number
  readonly changed: number
}

export type RoleGroupMember = Exclude<Trustee, { kind: 'self' | 'unresolved' }>

export interface RoleGroups {
  /** By Guid or name. */
  find(tenant: TenantId, named: string): Promise<RoleGroup | undefined>
  all(tenant: TenantId): Promise<readonly RoleGroup[]>
  create(
    tenant: TenantId,
    group: Pick<RoleGroup, 'name' | 'description' | 'roles'> & { readonly members: readonly RoleGroupMember[] },
  ): Promise<RoleGroup>
  /** What is absent stays. */
  update(
    tenant: TenantId,
    guid: Guid,
    change: { readonly name?: string; readonly description?: string },
  ): Promise<RoleGroup>
  remove(tenant: TenantId, guid: Guid): Promise<void>
  /** Of whoever is gone only the SID is left. */
  members(group: RoleGroup): Promise<readonly Trustee[]>
  /** Refuses `already-exists` for one who is in it. */
  addMember(group: RoleGroup, member: RoleGroupMember): Promise<void>
  /** Refuses `no-such-thing` for one who is not in it. Whoever is gone can be in it, until they are had back. */
  removeMember(group: RoleGroup, member: Exclude<Trustee, { kind: 'self' }>): Promise<void>
  /** The roles of the groups that any of those is in, by themselves or through a security group. */
  rolesOf(tenant: TenantId, accounts: readonly [Guid, ...Guid[]]): Promise<ReadonlySet<string>>
}
