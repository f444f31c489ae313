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

/** What goes into one transaction, in this order. */
export type Parts<T extends readonly unknown[]> = {
  readonly [P in keyof T]: (directory: Directory, write: Write) => Promise<T[P]>
}

/**
 * Who and what there is. Every write leaves a line in the tenant's directory journal and then gives notice on the
 * tenant's topic. Lookups answer undefined for what is not there; writes refuse `no-such-thing`, `already-exists`,
 * `bad-syntax`. Nothing is granted by itself.
 */
export interface Directory {
  /** The same directory, whose writes stand in the audit as done by `actor`, in one request, by a cmdlet if it is one. */
  by(actor: Actor, correlation?: Guid, command?: AuditCommand): Directory
  /**
   * What the parts write is one transaction, all or nothing, with one record in the audit of the cmdlet. A part writes once,
   * with the directory it is handed, or elsewhere with `write`; all begin at once, so none sees what another has written.
   */
  together<T extends readonly unknown[]>(tenant: TenantId, parts: Parts<T>): Promise<T>
  /** What was done, by whom. Every write leaves a record in the same transaction. */
  readonly audits: DirectoryAudits
  readonly tenants: {
    /** By GUID or by one of its domains, in any case. */
    find(named: string): Promise<Tenant | undefined>
    all(): Promise<readonly Tenant[]>
    /** The tenant of a server that has exactly one. */
    only(): Promise<Tenant | undefined>
    /** With its two resource service principals, "Office 365 Exchange Online" and "Microsoft Graph". */
    create(displayName: string, domain: string): Promise<Tenant>
    /** The app that only a Global Administrator or the app itself changes, with its service principal and permissions. */
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
    /** The mailbox goes too, and with the user what was granted. */
    remove(tenant: TenantId, id: UserId): Promise<void>
    /** All that goes back to a sign-in until now ends: what apps were let have, sessions of browsers. */
    revokeSignIns(tenant: TenantId, id: UserId): Promise<void>
    /**
     * Takes as long for nobody as for anybody. Refuses `busy` when too many are asked about at once, of those first who ask
     * most. `from`: the address of whoever asks.
     */
    checkPassword(tenant: TenantId, userPrincipalName: string, password: string, from?: string): Promise<PasswordCheck>
    /** The old one is a guess like any other. A new one that cannot be, or that is the old one, is refused `bad-syntax`. */
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
    /** What every sign-in asks: whether the app is still there, whichever tenant registered it. */
    identify(appId: AppId): Promise<Pick<App, 'id' | 'tenant' | 'displayName'> | undefined>
    /** In order of creation. */
    page(tenant: TenantId, asked: PageRequest<AppWhere>): Promise<readonly App[]>
    count(tenant: TenantId, where?: AppWhere): Promise<number>
    create(tenant: TenantId, app: NewApp, owner?: AppOwner): Promise<App>
    /** What is absent stays; `certificates` replaces the whole list, as Graph's PATCH of keyCredentials does. */
    update(tenant: TenantId, id: AppObjectId, change: Partial<NewApp>): Promise<App>
    /** Refuses `not-allowed` where every change would be, as of the administrator's app by somebody else. */
    checkMayChange(tenant: TenantId, appId: AppId): Promise<void>
    /** Its service principal in the same tenant goes with it. */
    remove(tenant: TenantId, id: AppObjectId): Promise<void>
    /** `value` is told this once. Ends two years on when absent. */
    addSecret(
      tenant: TenantId,
      id: AppObjectId,
      secret: { displayName?: string; starts?: number; ends?: number },
    ): Promise<AppSecret & { readonly value: string }>
    removeSecret(tenant: TenantId, id: AppObjectId, keyId: string): Promise<void>
    /** In constant time over the app's secrets. `keyIdGiven`: the text is a secret's keyId, a common mistake. */
    checkSecret(appId: AppId, value: string): Promise<ReturnType<SecretCheck>>
    /** The same for whoever checks often: against the secrets that there are now, and as late as it is when it is asked. */
    secretCheck(app: Pick<App, 'id' | 'tenant'>): Promise<SecretCheck>
    /** Secrets and certificates of the tenant's apps that end in a span of time, the earliest first, a thousand at most. */
    credentialsEnding(
      tenant: TenantId,
      span: { readonly from: number; readonly until: number },
    ): Promise<readonly EndingCredential[]>
    federatedCredentials(tenant: TenantId, id: AppObjectId): Promise<readonly FederatedCredential[]>
    /** Refuses `already-exists` for one that is there, whatever its name. */
    addCertificate(tenant: TenantId, id: AppObjectId, certificate: NewCertificate): Promise<AppCertificate>
    removeCertificate(tenant: TenantId, id: AppObjectId, keyId: string): Promise<void>
    owners(tenant: TenantId, id: AppObjectId): Promise<readonly RoleMember[]>
    isOwner(tenant: TenantId, id: AppObjectId, owner: AppOwner): Promise<boolean>
    /** Adding one who is there already changes nothing. */
    addOwner(tenant: TenantId, id: AppObjectId, owner: AppOwner): Promise<void>
    removeOwner(tenant: TenantId, id: AppObjectId, owner: AppOwner): Promise<void>
    /** What every assertion of another issuer asks. */
    federatedOf(appId: AppId): Promise<readonly FederatedCredential[]>
    addFederated(tenant: TenantId, id: AppObjectId, credential: NewFederatedCredential): Promise<FederatedCredential>
    /** `named` by its id or its name, which stays. */
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
    /** What a service principal or a user was granted. */
    of(tenant: TenantId, principal: ServicePrincipalId | UserId): Promise<readonly AppRoleAssignment[]>
    /** What it was granted on one resource. */
    between(
      tenant: TenantId,
      principal: ServicePrincipalId | UserId,
      resource: ServicePrincipalId,
    ): Promise<readonly AppRoleAssignment[]>
    /** What was granted on a resource, in order of creation. */
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
    /** Those that there are to be granted. */
    readonly templates: readonly RoleTemplate[]
    /** Template ids, as in the `wids` claim. */
    of(tenant: TenantId, member: ServicePrincipalId | UserId): Promise<readonly string[]>
    members(tenant: TenantId, roleTemplateId: string): Promise<readonly RoleMember[]>
    /** Granting what is held already changes nothing. */
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
    /** What it points at stays. */
    update(
      tenant: TenantId,
      guid: Guid,
      change: { displayName?: string; overrideEnforceExoAppRbacPermissions?: boolean },
    ): Promise<ExchangeServicePrincipal>
    /** Its roles go with it; on mailboxes its entries stay, and are nobody's: another one is never made with its Guid. */
    remove(tenant: TenantId, guid: Guid): Promise<void>
  }
  readonly mailboxes: {
    /** By name, alias, address, userPrincipalName, display name, Guid, ExchangeGuid or ExternalDirectoryObjectId. */
    find(tenant: TenantId, named: string): Promise<MailboxRecord | undefined>
    /** By any of its addresses or its userPrincipalName, as a mail protocol names it. */
    findByAddress(tenant: TenantId, address: string): Promise<MailboxRecord | undefined>
    byId(id: MailboxId): Promise<MailboxRecord | undefined>
    /** Those on which an Exchange service principal, named by Exchange's Guid, has FullAccess and no denial of it. */
    openTo(tenant: TenantId, principal: Guid): Promise<readonly MailboxRecord[]>
    all(tenant: TenantId): Promise<readonly MailboxRecord[]>
    count(tenant: TenantId): Promise<number>
    /** Some of them all, in their order. */
    some(tenant: TenantId, asked: { readonly from: number; readonly limit: number }): Promise<readonly MailboxRecord[]>
    /** Those of every tenant whose owners are told how full they are. */
    limited(): Promise<readonly MailboxRecord[]>
    /** Makes the user behind it too. */
    create(tenant: TenantId, mailbox: NewMailbox): Promise<MailboxRecord>
    /** For a user who has none; under the user's own names where no others are given. */
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
    /** The entries of one Exchange service principal, named by Exchange's Guid: at most one that allows and one that denies. */
    ofServicePrincipal(mailbox: MailboxId, principal: Guid): Promise<readonly HeldPermission[]>
    /**
     * Those of one user, who may be the mailbox's own, and of the security groups that the user is in, through groups in
     * them too; the user's come first. What `NT AUTHORITY\\SELF` gives is not among them.
     */
    ofUser(mailbox: MailboxId, user: UserId): Promise<readonly HeldPermission[]>
    /**
     * The trustee that a text names: a user, a security group, or an Exchange service principal by Guid, ObjectId, AppId,
     * Sid or name.
     */
    trustee(tenant: TenantId, named: string): Promise<Trustee | undefined>
    /** `NT AUTHORITY\\SELF` unless another was set. To own a mailbox opens it to nobody. */
    owner(mailbox: MailboxId): Promise<Trustee>
    setOwner(mailbox: MailboxRecord, owner: Trustee): Promise<void>
    /** Adds rights to an entry; `changed` is false when it had them all. */
    add(
      mailbox: MailboxRecord,
      grant: { trustee: Trustee; accessRights: readonly AccessRight[]; deny: boolean; inheritanceType: string },
    ): Promise<{ readonly changed: boolean; readonly permission: MailboxPermission }>
    /** `changed` is false when there was no such entry. */
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
