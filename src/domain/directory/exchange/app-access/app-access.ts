import type { AppId, Guid, TenantId } from '../../../../core/ids.ts'
import type { MailboxRecord } from '../../objects.ts'

export type PolicyRight = 'RestrictAccess' | 'DenyAccess'

/** A security principal whose mailboxes a policy is about. */
export interface PolicyScope {
  /** Its ExternalDirectoryObjectId. */
  readonly id: Guid
  readonly sid: string
  readonly name: string
  readonly displayName: string
}

/**
 * docs/reference/exchange-admin.md §6: what keeps an app that came with an unscoped permission to some mailboxes, or
 * off them.
 */
export interface AccessPolicy {
  readonly id: Guid
  readonly tenant: TenantId
  /** Made of the tenant, the app and the scope. */
  readonly identity: string
  readonly appId: AppId | '*'
  readonly accessRight: PolicyRight
  readonly scope: PolicyScope
  readonly description: string
  readonly created: number
}

export interface NewAccessPolicies {
  /** GUIDs, or `*` for every app. */
  readonly appIds: readonly string[]
  readonly accessRight: PolicyRight
  readonly scope: PolicyScope
  readonly description?: string | undefined
}

/** As much of a mailbox, or of a group, as policies look at. */
export interface ScopedRecipient {
  readonly tenant: TenantId
  readonly externalDirectoryObjectId: Guid
}

export interface AccessPolicies {
  /** By its identity. */
  find(tenant: TenantId, identity: string): Promise<AccessPolicy | undefined>
  all(tenant: TenantId): Promise<readonly AccessPolicy[]>
  /** What a decision asks: those that name the app, or every app. */
  naming(tenant: TenantId, appId: AppId): Promise<readonly AccessPolicy[]>
  /** Whether the mailbox, or the group, is the policy's scope; or the mailbox is in the group that is. */
  covers(policy: AccessPolicy, recipient: ScopedRecipient): Promise<boolean>
  /** What a text names as a scope. Refuses `bad-syntax` for what is no security principal. */
  scopeNamed(tenant: TenantId, named: string): Promise<PolicyScope | undefined>
  /** One for each app: all of them or none. */
  create(tenant: TenantId, policies: NewAccessPolicies): Promise<readonly AccessPolicy[]>
  update(tenant: TenantId, id: Guid, change: { description: string }): Promise<AccessPolicy>
  remove(tenant: TenantId, id: Guid): Promise<void>
}

/** docs/reference/exchange-admin.md §7: mailboxes, told by what their properties have to be. */
export interface ManagementScope {
  readonly guid: Guid
  readonly tenant: TenantId
  readonly name: string
  /** OPATH. */
  readonly recipientFilter: string
  readonly exclusive: boolean
  readonly created: number
  readonly changed: number
}

export interface ManagementScopes {
  /** By Guid or name. */
  find(tenant: TenantId, named: string): Promise<ManagementScope | undefined>
  all(tenant: TenantId): Promise<readonly ManagementScope[]>
  /** Refuses `bad-syntax` for a filter that says nothing about recipients. */
  create(
    tenant: TenantId,
    scope: { name: string; recipientFilter: string; exclusive: boolean },
  ): Promise<ManagementScope>
  update(tenant: TenantId, guid: Guid, change: { name?: string; recipientFilter?: string }): Promise<ManagementScope>
  /** Refuses `wrong-state` while a role is assigned over it. */
  remove(tenant: TenantId, guid: Guid): Promise<void>
}

/** A management role that apps alone can be given. */
export interface ApplicationRole {
  readonly name: `Application ${string}`
  /** What holding it allows, as the permissions of the same effect are called. */
  readonly permissions: readonly string[]
}

/** docs/reference/exchange-admin.md §7: a role of an app, over the whole tenant where it has no scope and no group. */
export interface RoleAssignment {
  readonly guid: Guid
  readonly tenant: TenantId
  readonly name: string
  readonly role: ApplicationRole
  /** Exchange's Guid of the service principal. */
  readonly principal: Guid
  /** Its ObjectId. */
  readonly assignee: Guid
  readonly scope: ManagementScope | undefined
  /** In place of a scope: the group whose members they are, not those of groups in it. */
  readonly group: { readonly guid: Guid; readonly name: string } | undefined
  readonly enabled: boolean
  readonly created: number
  readonly changed: number
}

/** Guids: of a management scope or of a group, and not of both. */
export interface ResourceScope {
  readonly scope?: Guid | undefined
  readonly group?: Guid | undefined
}

export interface RoleAssignments {
  /** Those that there are to be assigned. */
  readonly roles: readonly ApplicationRole[]
  /** By Guid or name. */
  find(tenant: TenantId, named: string): Promise<RoleAssignment | undefined>
  all(tenant: TenantId): Promise<readonly RoleAssignment[]>
  /** Of one Exchange service principal, by Exchange's Guid. */
  of(tenant: TenantId, principal: Guid): Promise<readonly RoleAssignment[]>
  /** Whether the mailbox is among those that the assignment is about. */
  covers(assignment: RoleAssignment, mailbox: MailboxRecord): Promise<boolean>
  /** The name is made of the role and the assignee when absent. */
  create(
    tenant: TenantId,
    assignment: { name?: string | undefined; role: ApplicationRole; principal: Guid } & ResourceScope,
  ): Promise<RoleAssignment>
  /** What is absent stays; a scope takes the place of a group, and the other way round. */
  update(tenant: TenantId, guid: Guid, change: ResourceScope & { enabled?: boolean }): Promise<RoleAssignment>
  remove(tenant: TenantId, guid: Guid): Promise<void>
}
