/**
 * The application permissions that Graph's reference names for each kind of call. `Application.ReadWrite.OwnedBy` reads
 * as there, and writes nothing: an app has no owners here that it could be held to.
 */
export const readApplications = [
  'Application.Read.All',
  'Application.ReadWrite.All',
  'Application.ReadWrite.OwnedBy',
  'Directory.Read.All',
  'Directory.ReadWrite.All',
]
export const writeApplications = ['Application.ReadWrite.All']

export const readAssignments = [
  'Application.Read.All',
  'Application.ReadWrite.All',
  'AppRoleAssignment.ReadWrite.All',
  'Directory.Read.All',
  'Directory.ReadWrite.All',
]
export const writeAssignments = ['AppRoleAssignment.ReadWrite.All']

export const readUsers = ['User.Read.All', 'User.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All']
export const writeUsers = ['User.ReadWrite.All', 'Directory.ReadWrite.All']

export const readOrganization = [
  'Organization.Read.All',
  'Organization.ReadWrite.All',
  'Directory.Read.All',
  'Directory.ReadWrite.All',
]
