import type { Guid, TenantId } from '../../../../core/ids.ts'
import type { Trustee } from '../../objects.ts'

/**
 * docs/reference/exchange-admin.md §5: its members can use the cmdlets of its management roles without a directory
 * role.
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
  /** Properties that are absent keep their value. */
  update(
    tenant: TenantId,
    guid: Guid,
    change: { readonly name?: string; readonly description?: string },
  ): Promise<RoleGroup>
  remove(tenant: TenantId, guid: Guid): Promise<void>
  /** A removed member is listed by its SID only. */
  members(group: RoleGroup): Promise<readonly Trustee[]>
  /** Refuses `already-exists` for a member. */
  addMember(group: RoleGroup, member: RoleGroupMember): Promise<void>
  /** Refuses `no-such-thing` if the trustee is not a member. A removed trustee can still be a member. */
  removeMember(group: RoleGroup, member: Exclude<Trustee, { kind: 'self' }>): Promise<void>
  /** The roles of the groups that contain one of the accounts, directly or through a security group. */
  rolesOf(tenant: TenantId, accounts: readonly [Guid, ...Guid[]]): Promise<ReadonlySet<string>>
}
