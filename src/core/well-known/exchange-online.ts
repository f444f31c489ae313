import type { Guid } from '../ids.ts'
import { exchangeOnlineScopes } from './exchange-online-scopes.ts'
import { roles, type WellKnownResource } from './resource.ts'

/** docs/reference/identity.md §3, §11.1–11.3 */
export const exchangeOnline: WellKnownResource = {
  appId: '00000002-0000-0ff1-ce00-000000000000' as Guid,
  displayName: 'Office 365 Exchange Online',
  identifiers: ['https://outlook.office365.com', 'https://outlook.office.com', 'https://ps.outlook.com'],
  appRoles: roles([
    [
      'IMAP.AccessAsApp',
      '5e5addcd-3e8d-4e90-baf5-964efab2b20a',
      'IMAP.AccessAsApp',
      'Sign in over IMAP4 to mailboxes that were granted to the app',
    ],
    [
      'POP.AccessAsApp',
      'cb842b43-da6e-4506-86fe-bb12199c656d',
      'POP.AccessAsApp',
      'Sign in over POP3 to mailboxes that were granted to the app',
    ],
    [
      'SMTP.SendAsApp',
      '7146a1f0-8703-45b3-9eae-527a64c00995',
      'SMTP.SendAsApp',
      'Submit mail over SMTP for mailboxes that were granted to the app',
    ],
    [
      'full_access_as_app',
      'dc890d15-9560-4a4c-9b7f-a736ec74ec40',
      'Full access over EWS',
      'Open every mailbox through Exchange Web Services',
    ],
    [
      'Exchange.ManageAsApp',
      'dc50a0fb-09a3-484d-be87-e023b12c6440',
      'Manage Exchange as an app',
      'Run Exchange cmdlets within the directory roles of the app',
    ],
    // docs/reference/exchange-admin.md §9.6: Microsoft does not publish its id; scripts find it by its value.
    [
      'Exchange.ManageAsAppV2',
      '6d0b4a0e-52c7-4f0e-9a55-8b1f2d1c7e21',
      'Manage Exchange through its Admin API as an app',
      'Run the cmdlets of the Exchange Online Admin API within the directory roles of the app',
    ],
    ['Mail.Read', '810c84a8-4a9e-49e6-bf7d-12d183f40d01', 'Read mail everywhere', 'Read the mail of every mailbox'],
    [
      'Mail.ReadWrite',
      'e2a3a72e-5f79-4c64-b1b1-878b674786c9',
      'Read and change mail everywhere',
      'Read, make, change and remove mail in every mailbox',
    ],
    ['Mail.Send', 'b633e1c5-b582-4048-a93e-9f11b44c7e96', 'Send mail as anyone', 'Send mail in the name of any user'],
    [
      'Mailbox.Migration',
      'f7264778-fba9-422d-8e9e-2675a2c4b513',
      'Migrate mailboxes',
      'Move mailboxes between organizations',
    ],
    [
      'MailboxSettings.Read',
      'd45fa9f8-36e5-4cd2-b601-b063c7cf9ac2',
      'Read mailbox settings',
      'Read the settings of every mailbox',
    ],
    [
      'MailboxSettings.ReadWrite',
      'f9156939-25cd-4ba8-abfe-7fabcf003749',
      'Change mailbox settings',
      'Read and change the settings of every mailbox',
    ],
    ['Calendars.Read', '798ee544-9d2d-430c-a058-570e29e34338', 'Read calendars', 'Read the calendars of every mailbox'],
    [
      'Calendars.Read.All',
      '2dfdc6dc-2fa7-4a2c-a922-dbd4f85d17be',
      'Read all calendars',
      'Read every calendar, shared ones included',
    ],
    [
      'Calendars.ReadWrite.All',
      'ef54d2bf-783f-4e0f-bca1-3210c0444d99',
      'Change all calendars',
      'Read and change every calendar, shared ones included',
    ],
    [
      'Organization.Read.All',
      '15f260d6-f874-4366-8672-6b3658c5a09b',
      'Read the organization',
      'Read the settings of the organization',
    ],
    [
      'Organization.ReadWrite.All',
      'c976971c-a54d-4835-a240-2479e3dac74a',
      'Change the organization',
      'Read and change the settings of the organization',
    ],
    ['Tasks.Read', 'c1b0de0a-1de9-455d-919f-eca451053141', 'Read tasks', 'Read the tasks of every mailbox'],
    [
      'Tasks.ReadWrite',
      '2c6a42ca-0d4d-49ad-bc0e-21222c449a65',
      'Change tasks',
      'Read and change the tasks of every mailbox',
    ],
    [
      'User.ReadBasic.All',
      '77e65b5a-ceae-48b3-9490-50a86a038a48',
      'Read basic profiles',
      'Read names and addresses of every user',
    ],
    ['Contacts.Read', '089fe4d0-434a-44c5-8827-41ba8a0b17f5', 'Read contacts', 'Read the contacts of every mailbox'],
    [
      'Contacts.ReadWrite',
      '6918b873-d17a-4dc1-b314-35f528134491',
      'Change contacts',
      'Read and change the contacts of every mailbox',
    ],
    ['User.Read.All', 'bf24470f-10c1-436d-8d53-7b997eb473be', 'Read profiles', 'Read the whole profile of every user'],
    [
      'ReportingWebService.Read.All',
      'b4d5a5c7-c085-487f-b922-ef0d6ebde6b1',
      'Read reports',
      'Read the reports of the reporting service',
    ],
  ]),
  oauth2PermissionScopes: exchangeOnlineScopes,
}
