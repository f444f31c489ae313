import type { AuditCategory } from './types.ts'

/** What can be done, as Entra's audit names it: whose activity it is there, and of which kind. */
export const activities = {
  'Add application': ['ApplicationManagement', 'Add'],
  'Update application': ['ApplicationManagement', 'Update'],
  'Update application – Certificates and secrets management': ['ApplicationManagement', 'Update'],
  'Delete application': ['ApplicationManagement', 'Delete'],
  'Add owner to application': ['ApplicationManagement', 'Assign'],
  'Remove owner from application': ['ApplicationManagement', 'Unassign'],
  'Add service principal': ['ApplicationManagement', 'Add'],
  'Update service principal': ['ApplicationManagement', 'Update'],
  'Remove service principal': ['ApplicationManagement', 'Delete'],
  'Add app role assignment to service principal': ['ApplicationManagement', 'Assign'],
  'Remove app role assignment from service principal': ['ApplicationManagement', 'Unassign'],
  'Add app role assignment grant to user': ['ApplicationManagement', 'Assign'],
  'Remove app role assignment from user': ['ApplicationManagement', 'Unassign'],
  'Consent to application': ['ApplicationManagement', 'Assign'],
  'Add delegated permission grant': ['ApplicationManagement', 'Assign'],
  'Update delegated permission grant': ['ApplicationManagement', 'Update'],
  'Remove delegated permission grant': ['ApplicationManagement', 'Unassign'],
  'Add user': ['UserManagement', 'Add'],
  'Update user': ['UserManagement', 'Update'],
  'Delete user': ['UserManagement', 'Delete'],
  'Enable account': ['UserManagement', 'Update'],
  'Disable account': ['UserManagement', 'Update'],
  'Reset user password': ['UserManagement', 'Update'],
  'Change user password': ['UserManagement', 'Update'],
  'Update StsRefreshTokenValidFrom Timestamp': ['UserManagement', 'Update'],
  'Add member to role': ['RoleManagement', 'Assign'],
  'Remove member from role': ['RoleManagement', 'Unassign'],
  'Create company': ['DirectoryManagement', 'Add'],
  // Exchange names what was done by the cmdlet that does it.
  'New-Mailbox': ['Exchange', 'Add'],
  'Set-Mailbox': ['Exchange', 'Update'],
  'Remove-Mailbox': ['Exchange', 'Delete'],
  'Add-MailboxPermission': ['Exchange', 'Assign'],
  'Remove-MailboxPermission': ['Exchange', 'Unassign'],
  'New-ServicePrincipal': ['Exchange', 'Add'],
  'Remove-ServicePrincipal': ['Exchange', 'Delete'],
} as const satisfies Readonly<Record<string, readonly [AuditCategory, string]>>

export type Activity = keyof typeof activities
