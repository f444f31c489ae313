/** A directory role, the same in every tenant. */
export interface RoleTemplate {
  readonly id: string
  readonly displayName: string
  readonly description: string
}

/** Template ids of the directory roles that Postern evaluates (docs/reference/exchange-admin.md §5). */
export const directoryRole = {
  globalAdministrator: '62e90394-69f5-4237-9190-012177145e10',
  exchangeAdministrator: '29232cdf-9323-42fd-ade2-1d097af3e4de',
  exchangeRecipientAdministrator: '31392ffb-586c-42d1-9346-e59415a2cc4e',
  globalReader: 'f2ef992c-3afb-46b9-b7cf-a126ee74c451',
  complianceAdministrator: '17315797-102d-40b4-93e0-432062caca18',
  helpdeskAdministrator: '729827e3-9c14-49f7-bb1b-9608f156bbb8',
  securityAdministrator: '194ae4cb-b126-40b2-bd5b-6091b380977d',
  securityReader: '5d6b6bb7-de71-4623-b4af-96380a352509',
  applicationAdministrator: '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3',
  applicationDeveloper: 'cf1c38e5-3621-4004-a7cb-879624dced7c',
  cloudApplicationAdministrator: '158c047a-c907-4556-b7ef-446551a6b5f7',
  privilegedRoleAdministrator: 'e8611ab8-c189-46e8-94e1-60213ab1f814',
  userAdministrator: 'fe930be7-5e62-47db-91af-98c3a49a38b1',
  directoryReaders: '88d8e3e3-8f55-4a1e-953a-9b9898b8876b',
  reportsReader: '4a5d8f65-41da-4de4-8968-e035b65339cf',
} as const

/** docs/reference/identity.md §4.2: the template of a role that every app-only token carries. */
export const implicitRole = '0997a1d0-0d1d-4acb-b408-d5ca73121e90'

const lines: readonly (readonly [keyof typeof directoryRole, string, string])[] = [
  ['globalAdministrator', 'Global Administrator', 'May do everything'],
  ['globalReader', 'Global Reader', 'May see everything that a Global Administrator may change'],
  ['privilegedRoleAdministrator', 'Privileged Role Administrator', 'May grant directory roles, and any permission'],
  ['applicationAdministrator', 'Application Administrator', 'May do everything about apps'],
  ['cloudApplicationAdministrator', 'Cloud Application Administrator', 'May do everything about apps in the cloud'],
  ['applicationDeveloper', 'Application Developer', 'May register apps'],
  ['userAdministrator', 'User Administrator', 'May do everything about users who administer nothing'],
  ['helpdeskAdministrator', 'Helpdesk Administrator', 'May reset the passwords of users who administer nothing'],
  ['exchangeAdministrator', 'Exchange Administrator', 'May do everything about mailboxes'],
  ['exchangeRecipientAdministrator', 'Exchange Recipient Administrator', 'May make and change recipients of mail'],
  ['complianceAdministrator', 'Compliance Administrator', 'May see and manage what rules ask of data'],
  ['securityAdministrator', 'Security Administrator', 'May see security reports and change security settings'],
  ['securityReader', 'Security Reader', 'May see security reports and sign-ins'],
  ['reportsReader', 'Reports Reader', 'May see sign-ins, the audit and reports of use'],
  ['directoryReaders', 'Directory Readers', 'May see what the directory tells of everybody'],
]

/** Every directory role that can be assigned. */
export const roleTemplates: readonly RoleTemplate[] = lines.map(([role, displayName, description]) => ({
  id: directoryRole[role],
  displayName,
  description,
}))
