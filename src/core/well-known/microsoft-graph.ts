import type { Guid } from '../ids.ts'
import { microsoftGraphScopes } from './microsoft-graph-scopes.ts'
import { roles, type WellKnownResource } from './resource.ts'

/** docs/reference/identity.md §3, §11.1, §11.4, §11.5 */
export const microsoftGraph: WellKnownResource = {
  appId: '00000003-0000-0000-c000-000000000000' as Guid,
  displayName: 'Microsoft Graph',
  identifiers: ['https://graph.microsoft.com'],
  appRoles: roles([
    ['Mail.Read', '810c84a8-4a9e-49e6-bf7d-12d183f40d01', 'Read mail everywhere', 'Read the mail of every mailbox'],
    [
      'Mail.ReadWrite',
      'e2a3a72e-5f79-4c64-b1b1-878b674786c9',
      'Read and change mail everywhere',
      'Read, make, change and remove mail in every mailbox',
    ],
    ['Mail.Send', 'b633e1c5-b582-4048-a93e-9f11b44c7e96', 'Send mail as anyone', 'Send mail in the name of any user'],
    [
      'Mail.ReadBasic',
      '6be147d2-ea4f-4b5a-a3fa-3eab6f3c140a',
      'Read basic mail everywhere',
      'Read the mail of every mailbox without bodies',
    ],
    [
      'Mail.ReadBasic.All',
      '693c5e45-0940-467d-9b8a-1022fb9d42ef',
      'Read all basic mail',
      'Read the mail of every mailbox without bodies or extensions',
    ],
    [
      'MailboxSettings.Read',
      '40f97065-369a-49f4-947c-6a255697ae91',
      'Read mailbox settings',
      'Read the settings of every mailbox',
    ],
    [
      'MailboxSettings.ReadWrite',
      '6931bccd-447a-43d1-b442-00a195474933',
      'Change mailbox settings',
      'Read and change the settings of every mailbox',
    ],
    [
      'Directory.Read.All',
      '7ab1d382-f21e-4acd-a863-ba3e13f7da61',
      'Read the directory',
      'Read everything in the directory',
    ],
    [
      'Directory.ReadWrite.All',
      '19dbc75e-c2e2-444c-a770-ec69d8559fc7',
      'Change the directory',
      'Read and change everything in the directory',
    ],
    [
      'AuditLog.Read.All',
      'b0afded3-3588-46d8-8b3d-9842eff778da',
      'Read audit records',
      'Read sign-ins and changes of the directory',
    ],
    ['Domain.Read.All', 'dbb9058a-0e50-45d7-ae91-66909b5d4664', 'Read domains', 'Read the domains of the organization'],
    [
      'Domain.ReadWrite.All',
      '7e05723c-0bb0-42da-be95-ae9f08a6e53c',
      'Change domains',
      'Add, verify, change and remove domains of the organization',
    ],
    [
      'Organization.Read.All',
      '498476ce-e0fe-48b0-b801-37ba7e2685c6',
      'Read the organization',
      'Read the settings of the organization',
    ],
    ['Reports.Read.All', '230c1aed-a721-4c5d-9cb4-a90514e508ef', 'Read reports', 'Read every usage report'],
    [
      'Policy.Read.All',
      '246dd0d5-5bd0-4def-940b-0421030a5b68',
      'Read policies',
      'Read the policies of the organization',
    ],
    ['User.Read.All', 'df021288-bdef-4463-88db-98f22de89214', 'Read profiles', 'Read the whole profile of every user'],
    [
      'User.ReadWrite.All',
      '741f803b-c850-494e-b5df-cde7c675a1ca',
      'Change profiles',
      'Read, make, change and remove users',
    ],
    [
      'Application.Read.All',
      '9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30',
      'Read apps',
      'Read app registrations and service principals',
    ],
    [
      'Application.ReadWrite.All',
      '1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9',
      'Change apps',
      'Read, make, change and remove app registrations and service principals',
    ],
    [
      'Application.ReadWrite.OwnedBy',
      '18a4783c-866b-4cc7-a460-3d5e5662c884',
      'Change own apps',
      'Manage the apps that this app made or owns',
    ],
    [
      'AppRoleAssignment.ReadWrite.All',
      '06b708a9-e830-4db3-a914-8e69da51d44f',
      'Grant app roles',
      'Grant and take back application permissions of any resource',
    ],
    [
      'DelegatedPermissionGrant.ReadWrite.All',
      '8e8e4742-1d95-4f68-9d56-6ee75648c72a',
      'Grant scopes',
      'Grant and take back delegated permissions of any resource',
    ],
    [
      'RoleManagement.Read.Directory',
      '483bed4a-2ad3-4361-a73b-c83ccdbdc53c',
      'Read directory roles',
      'Read who holds which directory role',
    ],
    [
      'RoleManagement.ReadWrite.Directory',
      '9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8',
      'Grant directory roles',
      'Grant and take back directory roles',
    ],
    ['Calendars.Read', '798ee544-9d2d-430c-a058-570e29e34338', 'Read calendars', 'Read the calendars of every mailbox'],
    ['Contacts.Read', '089fe4d0-434a-44c5-8827-41ba8a0b17f5', 'Read contacts', 'Read the contacts of every mailbox'],
  ]),
  oauth2PermissionScopes: microsoftGraphScopes,
}
