import type { AppId, AppObjectId, Guid, MailboxId, ServicePrincipalId, TenantId, UserId } from '../../core/ids.ts'
import type { Actor, AuditCommand, DirectoryAudits } from './audit/types.ts'
import type { RoleTemplate } from '../../core/well-known/directory-roles.ts'
import type { Write } from '../../storage/engine.ts'
import type {
  AccessRight,
  App,
  AppCertificate,
  AppOwner,
  AppRoleAssignment,
  AppSecret,
  AppWhere,
  Consents,
  Domains,
  EndingCredential,
  ExchangeServicePrincipal,
  FederatedCredential,
  HeldPermission,
  MailboxChange,
  MailboxPermission,
  MailboxRecord,
  NewApp,
  NewCertificate,
  NewFederatedCredential,
  NewMailbox,
  NewUser,
  PageRequest,
  PasswordCheck,
  RoleMember,
  SecretCheck,
  ServicePrincipal,
  Tenant,
  Trustee,
  User,
  UserChange,
  UserWhere,
} from './objects.ts'
import type { DirectoryJournal } from './directory-journal.ts'
import type { AccessPolicies, ManagementScopes, RoleAssignments } from './exchange/app-access/app-access.ts'
import type { AuthenticationPolicies } from './exchange/authentication-policies/authentication-policy.ts'
import type { Organization } from './exchange/organization-settings.ts'
import type { RetirementNotices, RetirementPlans } from './exchange/retirement/retirement-plan.ts'
import type { RoleGroups } from './exchange/role-groups/role-group.ts'
import type { RemovedMailboxes } from './exchange/mailboxes/removed-mailbox.ts'
import type { DistributionGroups, SendAsPermissions } from './exchange/recipients/recipients.ts'

export type * from './audit/types.ts'
export type * from './exchange/app-access/app-access.ts'
export type * from './exchange/authentication-policies/authentication-policy.ts'
export type * from './exchange/mailboxes/kept-settings.ts'
export type * from './exchange/recipients/delivery.ts'
export type * from './exchange/recipients/mail-flow.ts'
export type * from './exchange/organization-settings.ts'
export type * from './exchange/recipients/recipients.ts'
export type * from './exchange/mailboxes/removed-mailbox.ts'
export type * from './exchange/role-groups/role-group.ts'
export type * from './exchange/retirement/retirement-plan.ts'
export type * from './objects.ts'

/** The writes of one transaction, in order. */
export type Parts<T extends readonly unknown[]> = {
  readonly [P in keyof T]: (directory: Directory, write: Write) => Promise<T[P]>
}

/**
 * The directory. Every write adds a line to the tenant's directory journal and then sends a notice on the tenant's
 * topic. Lookups return undefined for unknown objects; writes refuse `no-such-thing`, `already-exists`, `bad-syntax`.
 * Nothing is granted by default.
 */
export interface Directory {
  /**
   * The same directory with `actor` as the author of its writes in the audit log, in one request, by a cmdlet if given.
   */
  by(actor: Actor, correlation?: Guid, command?: AuditCommand): Directory
  /**
   * Runs the writes of all parts as one transaction, all or nothing, with one audit record of the cmdlet. A part writes
   * once, with the directory that it gets, or elsewhere with `write`. All parts begin at the same time, so no part sees
   * the rows of another.
   */
  together<T extends readonly unknown[]>(tenant: TenantId, parts: Parts<T>): Promise<T>
  /** The audit log. Every write adds a record in the same transaction. */
  readonly audits: DirectoryAudits
  readonly tenants: {
    /** By GUID or by one of its domains, in any case. */
    find(named: string): Promise<Tenant | undefined>
    all(): Promise<readonly Tenant[]>
    /** The tenant of a server that has exactly one. */
    only(): Promise<Tenant | undefined>
    /** With the service principals of two resources, "Office 365 Exchange Online" and "Microsoft Graph". */
    create(displayName: string, domain: string): Promise<Tenant>
    /**
     * The app that only a Global Administrator or the app itself can change, with its service principal and
     * permissions.
     */
    administratorsApp(tenant: TenantId): Promise<AppId | undefined>
    setAdministratorsApp(tenant: TenantId, appId: AppId): Promise<void>
  }
  readonly domains: Domains
  readonly users: {
    /** By id or userPrincipalName. */
    find(tenant: TenantId, named: string): Promise<User | undefined>
    /** By userPrincipalName, whichever tenant has its domain. */
    findAnywhere(userPrincipalName: string): Promise<User | undefined>
    /** In order of creation. */
    page(tenant: TenantId, asked: PageRequest<UserWhere>): Promise<readonly User[]>
    count(tenant: TenantId, where?: UserWhere): Promise<number>
    create(tenant: TenantId, user: NewUser): Promise<User>
    update(tenant: TenantId, id: UserId, change: UserChange): Promise<User>
    /** Removes the mailbox too, and all grants of the user. */
    remove(tenant: TenantId, id: UserId): Promise<void>
    /** Ends everything that depends on a sign-in until now: tokens of apps and sessions of browsers. */
    revokeSignIns(tenant: TenantId, id: UserId): Promise<void>
    /**
     * Takes the same time for known and unknown users. Refuses `busy` if too many checks wait, first those of the
     * networks with the most. `from`: the client's address.
     */
    checkPassword(tenant: TenantId, userPrincipalName: string, password: string, from?: string): Promise<PasswordCheck>
    /**
     * The old password is a guess like any other. Refuses `bad-syntax` if the new one breaks the rules or equals the
     * old one.
     */
    changePassword(
      tenant: TenantId,
      userPrincipalName: string,
      old: string,
      wanted: string,
      from?: string,
    ): Promise<PasswordCheck>
  }
  readonly apps: {
    find(tenant: TenantId, by: { id: string } | { appId: string }): Promise<App | undefined>
    /** Whichever tenant registered it. */
    findAnywhere(appId: string): Promise<App | undefined>
    /** For every sign-in: finds the app in whichever tenant registered it; undefined if it was removed. */
    identify(appId: AppId): Promise<Pick<App, 'id' | 'tenant' | 'displayName'> | undefined>
    /** In order of creation. */
    page(tenant: TenantId, asked: PageRequest<AppWhere>): Promise<readonly App[]>
    count(tenant: TenantId, where?: AppWhere): Promise<number>
    create(tenant: TenantId, app: NewApp, owner?: AppOwner): Promise<App>
    /** Absent properties stay; `certificates` replaces the whole list, as Graph's PATCH of keyCredentials does. */
    update(tenant: TenantId, id: AppObjectId, change: Partial<NewApp>): Promise<App>
    /** Refuses `not-allowed` if the actor may not change the app at all, such as the administrator's app. */
    checkMayChange(tenant: TenantId, appId: AppId): Promise<void>
    /** Also removes its service principal in the same tenant. */
    remove(tenant: TenantId, id: AppObjectId): Promise<void>
    /** `value` is shown only here. Expires after two years by default. */
    addSecret(
      tenant: TenantId,
      id: AppObjectId,
      secret: { displayName?: string; starts?: number; ends?: number },
    ): Promise<AppSecret & { readonly value: string }>
    removeSecret(tenant: TenantId, id: AppObjectId, keyId: string): Promise<void>
    /** Takes constant time over the app's secrets. `keyIdGiven`: the text is a secret's keyId, a common mistake. */
    checkSecret(appId: AppId, value: string): Promise<ReturnType<SecretCheck>>
    /** The same for repeated checks: reads the secrets now, and their expiry at the time of each check. */
    secretCheck(app: Pick<App, 'id' | 'tenant'>): Promise<SecretCheck>
    /**
     * Secrets and certificates of the tenant's apps that expire in a span of time, the earliest first, at most 1,000.
     */
    credentialsEnding(
      tenant: TenantId,
      span: { readonly from: number; readonly until: number },
    ): Promise<readonly EndingCredential[]>
    federatedCredentials(tenant: TenantId, id: AppObjectId): Promise<readonly FederatedCredential[]>
    /** Refuses `already-exists` for an equal one, whatever its name. */
    addCertificate(tenant: TenantId, id: AppObjectId, certificate: NewCertificate): Promise<AppCertificate>
    removeCertificate(tenant: TenantId, id: AppObjectId, keyId: string): Promise<void>
    owners(tenant: TenantId, id: AppObjectId): Promise<readonly RoleMember[]>
    isOwner(tenant: TenantId, id: AppObjectId, owner: AppOwner): Promise<boolean>
    /** Adding an existing owner changes nothing. */
    addOwner(tenant: TenantId, id: AppObjectId, owner: AppOwner): Promise<void>
    removeOwner(tenant: TenantId, id: AppObjectId, owner: AppOwner): Promise<void>
    /** For every assertion of another issuer. */
    federatedOf(appId: AppId): Promise<readonly FederatedCredential[]>
    addFederated(tenant: TenantId, id: AppObjectId, credential: NewFederatedCredential): Promise<FederatedCredential>
    /** `named` by its id or its name. The name cannot change. */
    updateFederated(
      tenant: TenantId,
      id: AppObjectId,
      named: string,
      change: Partial<NewFederatedCredential>,
    ): Promise<FederatedCredential>
    removeFederated(tenant: TenantId, id: AppObjectId, named: string): Promise<void>
  }
  readonly servicePrincipals: {
    find(tenant: TenantId, by: { id: string } | { appId: string }): Promise<ServicePrincipal | undefined>
    /** The resource that a scope names by one of its servicePrincipalNames or its appId. */
    findResource(tenant: TenantId, named: string): Promise<ServicePrincipal | undefined>
    /** In order of creation. */
    page(tenant: TenantId, asked: PageRequest<AppWhere>): Promise<readonly ServicePrincipal[]>
    count(tenant: TenantId, where?: AppWhere): Promise<number>
    create(
      tenant: TenantId,
      principal: {
        appId: string
        displayName?: string
        accountEnabled?: boolean
        appRoleAssignmentRequired?: boolean
        tags?: readonly string[]
      },
    ): Promise<ServicePrincipal>
    update(
      tenant: TenantId,
      id: ServicePrincipalId,
      change: {
        displayName?: string
        accountEnabled?: boolean
        appRoleAssignmentRequired?: boolean
        tags?: readonly string[]
      },
    ): Promise<ServicePrincipal>
    remove(tenant: TenantId, id: ServicePrincipalId): Promise<void>
  }
  readonly assignments: {
    find(tenant: TenantId, id: string): Promise<AppRoleAssignment | undefined>
    /** Assignments of a service principal or a user. */
    of(tenant: TenantId, principal: ServicePrincipalId | UserId): Promise<readonly AppRoleAssignment[]>
    /** Assignments of the principal on one resource. */
    between(
      tenant: TenantId,
      principal: ServicePrincipalId | UserId,
      resource: ServicePrincipalId,
    ): Promise<readonly AppRoleAssignment[]>
    /** Assignments on a resource, in order of creation. */
    pageOn(
      tenant: TenantId,
      resource: ServicePrincipalId,
      asked: Omit<PageRequest<never>, 'where'>,
    ): Promise<readonly AppRoleAssignment[]>
    create(
      tenant: TenantId,
      assignment: { principal: string; resource: string; appRoleId: string },
    ): Promise<AppRoleAssignment>
    remove(tenant: TenantId, id: string): Promise<void>
    /** Values of the roles that `principal` holds on the resource `resourceAppId`. */
    roles(tenant: TenantId, principal: ServicePrincipalId | UserId, resourceAppId: string): Promise<readonly string[]>
  }
  readonly consents: Consents
  readonly directoryRoles: {
    /** The directory roles that can be assigned. */
    readonly templates: readonly RoleTemplate[]
    /** Template ids, as in the `wids` claim. */
    of(tenant: TenantId, member: ServicePrincipalId | UserId): Promise<readonly string[]>
    members(tenant: TenantId, roleTemplateId: string): Promise<readonly RoleMember[]>
    /** Repeating an assignment changes nothing. */
    assign(tenant: TenantId, member: ServicePrincipalId | UserId, roleTemplateId: string): Promise<void>
    unassign(tenant: TenantId, member: ServicePrincipalId | UserId, roleTemplateId: string): Promise<void>
  }
  readonly exchange: {
    /** By Guid, ObjectId, AppId, Sid or display name. */
    find(tenant: TenantId, named: string): Promise<ExchangeServicePrincipal | undefined>
    findByAppId(tenant: TenantId, appId: string): Promise<ExchangeServicePrincipal | undefined>
    all(tenant: TenantId): Promise<readonly ExchangeServicePrincipal[]>
    create(
      tenant: TenantId,
      principal: { appId: string; objectId: string; displayName?: string },
    ): Promise<ExchangeServicePrincipal>
    /** AppId and ObjectId cannot change. */
    update(
      tenant: TenantId,
      guid: Guid,
      change: { displayName?: string; overrideEnforceExoAppRbacPermissions?: boolean },
    ): Promise<ExchangeServicePrincipal>
    /** Removes its roles too. Its mailbox permissions stay without a holder: no other object ever gets its Guid. */
    remove(tenant: TenantId, guid: Guid): Promise<void>
  }
  readonly mailboxes: {
    /** By name, alias, address, userPrincipalName, display name, Guid, ExchangeGuid or ExternalDirectoryObjectId. */
    find(tenant: TenantId, named: string): Promise<MailboxRecord | undefined>
    /** By any of its addresses or its userPrincipalName, as a mail protocol names it. */
    findByAddress(tenant: TenantId, address: string): Promise<MailboxRecord | undefined>
    byId(id: MailboxId): Promise<MailboxRecord | undefined>
    /** Mailboxes on which an Exchange service principal, by Exchange's Guid, has FullAccess and no denial of it. */
    openTo(tenant: TenantId, principal: Guid): Promise<readonly MailboxRecord[]>
    all(tenant: TenantId): Promise<readonly MailboxRecord[]>
    count(tenant: TenantId): Promise<number>
    /** Some of them all, in their order. */
    some(tenant: TenantId, asked: { readonly from: number; readonly limit: number }): Promise<readonly MailboxRecord[]>
    /** Mailboxes of all tenants whose owners get quota warnings. */
    limited(): Promise<readonly MailboxRecord[]>
    /** Also creates its user. */
    create(tenant: TenantId, mailbox: NewMailbox): Promise<MailboxRecord>
    /** For a user without a mailbox; with the user's own names by default. */
    enable(
      tenant: TenantId,
      user: UserId,
      given: { readonly alias?: string; readonly primarySmtpAddress?: string },
    ): Promise<MailboxRecord>
    update(tenant: TenantId, id: MailboxId, change: MailboxChange): Promise<MailboxRecord>
    remove(tenant: TenantId, id: MailboxId): Promise<void>
  }
  readonly permissions: {
    /** `NT AUTHORITY\SELF` first. */
    on(mailbox: MailboxId): Promise<readonly MailboxPermission[]>
    /**
     * The entries of one Exchange service principal, by Exchange's Guid: at most one that allows and one that denies.
     */
    ofServicePrincipal(mailbox: MailboxId, principal: Guid): Promise<readonly HeldPermission[]>
    /**
     * The entries of one user, who can be the mailbox's own, and of the user's security groups, including nested ones.
     * The user's own come first. Entries of `NT AUTHORITY\\SELF` are not included.
     */
    ofUser(mailbox: MailboxId, user: UserId): Promise<readonly HeldPermission[]>
    /**
     * The trustee with this name: a user, a security group, or an Exchange service principal by Guid, ObjectId, AppId,
     * Sid or name.
     */
    trustee(tenant: TenantId, named: string): Promise<Trustee | undefined>
    /** `NT AUTHORITY\\SELF` by default. Ownership of a mailbox gives no access to it. */
    owner(mailbox: MailboxId): Promise<Trustee>
    setOwner(mailbox: MailboxRecord, owner: Trustee): Promise<void>
    /** Adds rights to an entry; `changed` is false if it has all of them already. */
    add(
      mailbox: MailboxRecord,
      grant: { trustee: Trustee; accessRights: readonly AccessRight[]; deny: boolean; inheritanceType: string },
    ): Promise<{ readonly changed: boolean; readonly permission: MailboxPermission }>
    /** `changed` is false if there is no such entry. */
    remove(
      mailbox: MailboxRecord,
      grant: { trustee: Trustee; accessRights: readonly AccessRight[]; deny: boolean },
    ): Promise<{ readonly changed: boolean }>
  }
  readonly removedMailboxes: RemovedMailboxes
  readonly sendAs: SendAsPermissions
  readonly organization: Organization
  readonly groups: DistributionGroups
  readonly authenticationPolicies: AuthenticationPolicies
  readonly retirementPlans: RetirementPlans
  readonly retirementNotices: RetirementNotices
  readonly accessPolicies: AccessPolicies
  readonly managementScopes: ManagementScopes
  readonly roleAssignments: RoleAssignments
  readonly roleGroups: RoleGroups
  readonly journal: DirectoryJournal
}
