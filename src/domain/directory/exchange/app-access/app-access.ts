import type { AppId, Guid, TenantId } from '../../../../core/ids.ts'
import type { MailboxRecord } from '../../objects.ts'

export type PolicyRight = 'RestrictAccess' | 'DenyAccess'

/** The security principal whose mailboxes a policy covers. */
export interface PolicyScope {
  /** Its ExternalDirectoryObjectId. */
  readonly id: Guid
  readonly sid: string
  readonly name: string
  readonly displayName: string
}

/**
 * docs/reference/exchange-admin.md §6: restricts an app with an unscoped permission to some mailboxes, or denies it
 * access to them.
 */
export interface AccessPolicy {
  readonly id: Guid
  readonly tenant: TenantId
  /** Built from the tenant, the app and the scope. */
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

/** The properties of a mailbox or group that policies use. */
export interface ScopedRecipient {
  readonly tenant: TenantId
  readonly externalDirectoryObjectId: Guid
}

export interface AccessPolicies {
  /** Finds a policy by its identity. */
  find(tenant: TenantId, identity: string): Promise<AccessPolicy | undefined>
  all(tenant: TenantId): Promise<readonly AccessPolicy[]>
  /** The policies for the app and those for every app, as the access decision needs them. */
  naming(tenant: TenantId, appId: AppId): Promise<readonly AccessPolicy[]>
  /** Whether the recipient is the policy's scope, or is a mailbox in the group that is the scope. */
  covers(policy: AccessPolicy, recipient: ScopedRecipient): Promise<boolean>
  /** Finds a scope by any of its names. Refuses `bad-syntax` if it is not a security principal. */
  scopeNamed(tenant: TenantId, named: string): Promise<PolicyScope | undefined>
  /** Creates one policy for each app: all of them or none. */
  create(tenant: TenantId, policies: NewAccessPolicies): Promise<readonly AccessPolicy[]>
  update(tenant: TenantId, id: Guid, change: { description: string }): Promise<AccessPolicy>
  remove(tenant: TenantId, id: Guid): Promise<void>
}

/** docs/reference/exchange-admin.md §7: the mailboxes whose properties match a filter. */
export interface ManagementScope {
  readonly guid: Guid
  readonly tenant: TenantId
  readonly name: string
  /** In OPATH. */
  readonly recipientFilter: string
  readonly exclusive: boolean
  readonly created: number
  readonly changed: number
}

export interface ManagementScopes {
  /** By Guid or name. */
  find(tenant: TenantId, named: string): Promise<ManagementScope | undefined>
  all(tenant: TenantId): Promise<readonly ManagementScope[]>
  /** Refuses `bad-syntax` if the filter is not a valid filter of recipients. */
  create(
    tenant: TenantId,
    scope: { name: string; recipientFilter: string; exclusive: boolean },
  ): Promise<ManagementScope>
  update(tenant: TenantId, guid: Guid, change: { name?: string; recipientFilter?: string }): Promise<ManagementScope>
  /** Refuses `wrong-state` while a role assignment uses it. */
  remove(tenant: TenantId, guid: Guid): Promise<void>
}

/** A management role that only apps can have. */
export interface ApplicationRole {
  readonly name: `Application ${string}`
  /** The names of the application permissions with the same effect. */
  readonly permissions: readonly string[]
}

/** docs/reference/exchange-admin.md §7: a role of an app. Without a scope and a group it covers the whole tenant. */
export interface RoleAssignment {
  readonly guid: Guid
  readonly tenant: TenantId
  readonly name: string
  readonly role: ApplicationRole
  /** The Guid of the Exchange service principal. */
  readonly principal: Guid
  /** The ObjectId of the service principal. */
  readonly assignee: Guid
  readonly scope: ManagementScope | undefined
  /** Set instead of a scope: the group whose direct members the assignment covers. */
  readonly group: { readonly guid: Guid; readonly name: string } | undefined
  readonly enabled: boolean
  readonly created: number
  readonly changed: number
}

/** The Guid of a management scope or of a group, not of both. */
export interface ResourceScope {
  readonly scope?: Guid | undefined
  readonly group?: Guid | undefined
}

export interface RoleAssignments {
  /** Every role that can be assigned. */
  readonly roles: readonly ApplicationRole[]
  /** By Guid or name. */
  find(tenant: TenantId, named: string): Promise<RoleAssignment | undefined>
  all(tenant: TenantId): Promise<readonly RoleAssignment[]>
  /** The assignments of one Exchange service principal, by its Guid. */
  of(tenant: TenantId, principal: Guid): Promise<readonly RoleAssignment[]>
  /** Whether the assignment covers the mailbox. */
  covers(assignment: RoleAssignment, mailbox: MailboxRecord): Promise<boolean>
  /** The default name is built from the role and the assignee. */
  create(
    tenant: TenantId,
    assignment: { name?: string | undefined; role: ApplicationRole; principal: Guid } & ResourceScope,
  ): Promise<RoleAssignment>
  /** Properties that are absent keep their value. A scope replaces a group, and a group replaces a scope. */
  update(tenant: TenantId, guid: Guid, change: ResourceScope & { enabled?: boolean }): Promise<RoleAssignment>
  remove(tenant: TenantId, guid: Guid): Promise<void>
}
