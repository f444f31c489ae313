import { directoryRole } from '../../core/well-known/directory-roles.ts'

/** The permissions and directory roles that the caller of an operation needs. */
export interface AdminRule {
  /** Application permissions. An app that acts as itself needs one of them. */
  readonly application: readonly string[]
  /** Delegated permissions. An app that acts for a user needs one of them. */
  readonly delegated: readonly string[]
  /** Templates of directory roles. The user needs one of them; if it is absent, any user of the tenant is allowed. */
  readonly roles?: readonly string[]
  /** Whether an app that acts as itself needs one of the directory roles too. */
  readonly appsNeedRole?: true
}

const {
  globalAdministrator,
  globalReader,
  exchangeAdministrator,
  exchangeRecipientAdministrator,
  applicationAdministrator,
  applicationDeveloper,
  cloudApplicationAdministrator,
  privilegedRoleAdministrator,
  userAdministrator,
  complianceAdministrator,
  helpdeskAdministrator,
  securityAdministrator,
  securityReader,
  reportsReader,
} = directoryRole

/** The same permissions for apps that act as themselves and for apps that act for a user. */
const either = (permissions: readonly string[], roles?: readonly string[]): AdminRule => ({
  application: permissions,
  delegated: permissions,
  ...(roles && { roles }),
})

const readDirectory = ['Directory.Read.All', 'Directory.ReadWrite.All']
const appAdministrators = [globalAdministrator, applicationAdministrator, cloudApplicationAdministrator]
const consentAdministrators = [...appAdministrators, privilegedRoleAdministrator]
const userAdministrators = [globalAdministrator, userAdministrator]
const roleAdministrators = [globalAdministrator, privilegedRoleAdministrator]
/** Directory roles that allow everything in Exchange. */
const exchangeAdministrators = [globalAdministrator, exchangeAdministrator]

/** The permissions that every cmdlet and every call of the portal API needs. */
const manageExchange = { application: ['Exchange.ManageAsApp'], delegated: ['Exchange.Manage'] }

/** The rules of administration: each operation with the permissions and directory roles that its caller needs. */
export const operations = {
  // Graph, as its reference says for each call.
  readApplications: {
    application: [
      'Application.Read.All',
      'Application.ReadWrite.All',
      'Application.ReadWrite.OwnedBy',
      ...readDirectory,
    ],
    delegated: ['Application.Read.All', 'Application.ReadWrite.All', ...readDirectory],
  },
  writeApplications: either(['Application.ReadWrite.All'], appAdministrators),
  /** Change an app that the caller owns. */
  writeOwnApplications: {
    application: ['Application.ReadWrite.OwnedBy'],
    delegated: ['Application.ReadWrite.All'],
  },
  /** A caller without `writeApplications` becomes the owner of the app. */
  createApplications: {
    application: ['Application.ReadWrite.All', 'Application.ReadWrite.OwnedBy'],
    delegated: ['Application.ReadWrite.All'],
    roles: [...appAdministrators, applicationDeveloper],
  },
  /** A caller without `writeApplications` creates the service principals of its own apps only. */
  createServicePrincipals: {
    application: ['Application.ReadWrite.All', 'Application.ReadWrite.OwnedBy'],
    delegated: ['Application.ReadWrite.All'],
    roles: appAdministrators,
  },
  readAssignments: either([
    'Application.Read.All',
    'Application.ReadWrite.All',
    'AppRoleAssignment.ReadWrite.All',
    ...readDirectory,
  ]),
  writeAssignments: either(['AppRoleAssignment.ReadWrite.All'], consentAdministrators),
  readGrants: either(['DelegatedPermissionGrant.ReadWrite.All', ...readDirectory]),
  writeGrants: either(['DelegatedPermissionGrant.ReadWrite.All'], consentAdministrators),
  readMe: {
    application: [],
    delegated: [
      'User.Read',
      'User.ReadWrite',
      'User.ReadBasic.All',
      'User.Read.All',
      'User.ReadWrite.All',
      ...readDirectory,
    ],
  },
  readUsers: either(['User.ReadBasic.All', 'User.Read.All', 'User.ReadWrite.All', ...readDirectory]),
  writeUsers: either(['User.ReadWrite.All', 'Directory.ReadWrite.All'], userAdministrators),
  /** Needed with `writeUsers`: the permission alone does not let an app set passwords. */
  setPasswords: {
    ...either(['User.ReadWrite.All', 'Directory.ReadWrite.All'], userAdministrators),
    appsNeedRole: true,
  },
  revokeMine: {
    application: [],
    delegated: ['User.RevokeSessions.All', 'User.ReadWrite', 'User.ReadWrite.All', 'Directory.ReadWrite.All'],
  },
  revokeSessions: either(
    ['User.RevokeSessions.All', 'User.ReadWrite.All', 'Directory.ReadWrite.All'],
    userAdministrators,
  ),
  readOrganization: {
    application: ['Organization.Read.All', 'Organization.ReadWrite.All', ...readDirectory],
    delegated: ['User.Read', 'Organization.Read.All', 'Organization.ReadWrite.All', ...readDirectory],
  },
  readDomains: either(['Domain.Read.All', 'Domain.ReadWrite.All', ...readDirectory]),
  writeDomains: either(['Domain.ReadWrite.All'], [globalAdministrator]),
  readRoles: either(['RoleManagement.Read.Directory', 'RoleManagement.ReadWrite.Directory', ...readDirectory]),
  writeRoles: either(['RoleManagement.ReadWrite.Directory'], roleAdministrators),
  readAudit: either(
    ['AuditLog.Read.All'],
    [globalAdministrator, globalReader, securityAdministrator, securityReader, reportsReader],
  ),
  /**
   * Needed with `writeAssignments` if the resource is Microsoft Graph, because its permissions can lead to any other.
   */
  grantGraphPermissions: either(['AppRoleAssignment.ReadWrite.All'], roleAdministrators),

  // Exchange. The management roles below decide which cmdlets run.
  manageExchange,
  /** The Exchange Admin API at its endpoints (docs/reference/exchange-admin.md §9.6). */
  useAdminApi: { application: ['Exchange.ManageAsAppV2'], delegated: ['Exchange.ManageV2'] },

  // The portal API.
  administerTenant: { ...manageExchange, roles: exchangeAdministrators, appsNeedRole: true },
  /** Calls that concern every tenant, for administrators of the first tenant. */
  administerServer: { ...manageExchange, roles: [globalAdministrator], appsNeedRole: true },
  /** Graph: the sign-ins that belong to no tenant, for administrators of the first tenant. */
  readServerAudit: { ...either(['AuditLog.Read.All'], [globalAdministrator]), appsNeedRole: true },
} as const satisfies Readonly<Record<string, AdminRule>>

export type AdminOperation = keyof typeof operations

/** Decisions of the sign-in pages, where no app acts. The user needs one of the directory roles. */
export const pageDecisions = {
  /** Consent for every user, and to application permissions of any resource except Microsoft Graph. */
  consentForAll: consentAdministrators,
  /** Consent to application permissions of Microsoft Graph. */
  consentToGraph: roleAdministrators,
} as const

const viewers = [globalReader, securityReader, securityAdministrator, complianceAdministrator]
const viewersAndHelpdesk = [...viewers, helpdeskAdministrator]

/**
 * The management roles of Exchange (docs/reference/exchange-admin.md §5). For each, the directory roles that allow its
 * cmdlets: only those that read, or all. A role group with the management role allows all of them.
 */
export const managementRoleRules = {
  'Mail Recipients': {
    reads: [...exchangeAdministrators, exchangeRecipientAdministrator, ...viewersAndHelpdesk],
    changes: [...exchangeAdministrators, exchangeRecipientAdministrator],
  },
  /** A role that only reads settings does not give access to the content of mailboxes. */
  'Mailbox Import Export': { reads: exchangeAdministrators, changes: exchangeAdministrators },
  'Message Tracking': {
    reads: [...exchangeAdministrators, exchangeRecipientAdministrator, ...viewersAndHelpdesk],
    changes: exchangeAdministrators,
  },
  'Organization Configuration': {
    reads: [...exchangeAdministrators, ...viewersAndHelpdesk],
    changes: exchangeAdministrators,
  },
  'Organization Transport Settings': {
    reads: [...exchangeAdministrators, ...viewersAndHelpdesk],
    changes: exchangeAdministrators,
  },
  'Role Management': { reads: [...exchangeAdministrators, ...viewersAndHelpdesk], changes: exchangeAdministrators },
  'View-Only Audit Logs': { reads: [...exchangeAdministrators, ...viewers], changes: exchangeAdministrators },
} as const

export type ManagementRole = keyof typeof managementRoleRules

export const managementRoles = Object.keys(managementRoleRules) as readonly ManagementRole[]
