import type { Caller } from '../../access/types.ts'

/** The permissions for a call, from Graph's reference: for an app by itself, and for an app with a user. */
export interface Permission {
  /** Application permissions, one of which an app needs. */
  readonly apps: readonly string[]
  /** Delegated permissions, one of which an app needs that acts for a user. */
  readonly scopes: readonly string[]
  /** Directory roles, one of which that user needs; every user of the tenant may call when absent. */
  readonly people?: readonly string[]
}

/** Template ids of the directory roles that Graph's reference names. */
export const role = {
  globalAdministrator: '62e90394-69f5-4237-9190-012177145e10',
  globalReader: 'f2ef992c-3afb-46b9-b7cf-a126ee74c451',
  applicationAdministrator: '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3',
  cloudApplicationAdministrator: '158c047a-c907-4556-b7ef-446551a6b5f7',
  applicationDeveloper: 'cf1c38e5-3621-4004-a7cb-879624dced7c',
  privilegedRoleAdministrator: 'e8611ab8-c189-46e8-94e1-60213ab1f814',
  userAdministrator: 'fe930be7-5e62-47db-91af-98c3a49a38b1',
  securityAdministrator: '194ae4cb-b126-40b2-bd5b-6091b380977d',
  securityReader: '5d6b6bb7-de71-4623-b4af-96380a352509',
  reportsReader: '4a5d8f65-41da-4de4-8968-e035b65339cf',
} as const

/** The same names for apps and users. */
const either = (names: readonly string[], people?: readonly string[]): Permission => ({
  apps: names,
  scopes: names,
  ...(people ? { people } : {}),
})

const readDirectory = ['Directory.Read.All', 'Directory.ReadWrite.All']

export const readApplications: Permission = {
  apps: ['Application.Read.All', 'Application.ReadWrite.All', 'Application.ReadWrite.OwnedBy', ...readDirectory],
  scopes: ['Application.Read.All', 'Application.ReadWrite.All', ...readDirectory],
}
export const writeApplications = either(
  ['Application.ReadWrite.All'],
  [role.globalAdministrator, role.applicationAdministrator, role.cloudApplicationAdministrator],
)

/** The caller who creates an app this way becomes its owner. */
export const createApplications: Permission = {
  apps: ['Application.ReadWrite.All', 'Application.ReadWrite.OwnedBy'],
  scopes: ['Application.ReadWrite.All'],
  people: [
    role.globalAdministrator,
    role.applicationAdministrator,
    role.cloudApplicationAdministrator,
    role.applicationDeveloper,
  ],
}
/** With the second permission: for apps that the caller owns. */
export const createServicePrincipals: Permission = {
  ...writeApplications,
  apps: ['Application.ReadWrite.All', 'Application.ReadWrite.OwnedBy'],
}
/** The permission that an app, or a user without a role, needs to change its own objects. */
export const writeOwnApplications: Permission = {
  apps: ['Application.ReadWrite.OwnedBy'],
  scopes: ['Application.ReadWrite.All'],
}

export const readAssignments = either([
  'Application.Read.All',
  'Application.ReadWrite.All',
  'AppRoleAssignment.ReadWrite.All',
  ...readDirectory,
])
export const writeAssignments = either(
  ['AppRoleAssignment.ReadWrite.All'],
  [
    role.globalAdministrator,
    role.privilegedRoleAdministrator,
    role.applicationAdministrator,
    role.cloudApplicationAdministrator,
  ],
)

export const readGrants = either(['DelegatedPermissionGrant.ReadWrite.All', ...readDirectory])
export const writeGrants = either(
  ['DelegatedPermissionGrant.ReadWrite.All'],
  [
    role.globalAdministrator,
    role.privilegedRoleAdministrator,
    role.applicationAdministrator,
    role.cloudApplicationAdministrator,
  ],
)

/** The user's own profile. */
export const readMe: Permission = {
  apps: [],
  scopes: [
    'User.Read',
    'User.ReadWrite',
    'User.ReadBasic.All',
    'User.Read.All',
    'User.ReadWrite.All',
    ...readDirectory,
  ],
}
export const readUsers = either(['User.ReadBasic.All', 'User.Read.All', 'User.ReadWrite.All', ...readDirectory])
export const writeUsers = either(
  ['User.ReadWrite.All', 'Directory.ReadWrite.All'],
  [role.globalAdministrator, role.userAdministrator],
)

/** A user needs no role for their own sessions. */
export const revokeMine: Permission = {
  apps: [],
  scopes: ['User.RevokeSessions.All', 'User.ReadWrite', 'User.ReadWrite.All', 'Directory.ReadWrite.All'],
}
export const revokeSessions = either(
  ['User.RevokeSessions.All', 'User.ReadWrite.All', 'Directory.ReadWrite.All'],
  [role.globalAdministrator, role.userAdministrator],
)

export const readOrganization: Permission = {
  apps: ['Organization.Read.All', 'Organization.ReadWrite.All', ...readDirectory],
  scopes: ['User.Read', 'Organization.Read.All', 'Organization.ReadWrite.All', ...readDirectory],
}
export const readDomains = either(['Domain.Read.All', 'Domain.ReadWrite.All', ...readDirectory])

export const readRoles = either([
  'RoleManagement.Read.Directory',
  'RoleManagement.ReadWrite.Directory',
  ...readDirectory,
])
export const writeRoles = either(
  ['RoleManagement.ReadWrite.Directory'],
  [role.globalAdministrator, role.privilegedRoleAdministrator],
)

export const readAudit = either(
  ['AuditLog.Read.All'],
  [role.globalAdministrator, role.globalReader, role.securityAdministrator, role.securityReader, role.reportsReader],
)

/** Returns true if the caller has the permission. An app that acts for a user may do what both may. */
export const allows = ({ apps, scopes, people }: Permission, caller: Caller): boolean =>
  caller.kind === 'app'
    ? apps.some((name) => caller.roles.has(name))
    : scopes.some((name) => caller.scopes.has(name)) && (people === undefined || holds(caller, people))

/** Returns true if the app or user holds one of these directory roles. */
export const holds = (caller: Caller, roles: readonly string[]): boolean =>
  roles.some((held) => caller.directoryRoles.has(held))
