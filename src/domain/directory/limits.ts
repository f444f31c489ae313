import { refuse } from '../../core/refusal.ts'

/** Limits of the directory: characters of a text, members of a list. */
export const limits = {
  displayName: 256,
  /** Domains of one tenant, verified or not. */
  domains: 900,
  acceptedName: 64,
  mailboxName: 64,
  alias: 64,
  nickname: 64,
  localPart: 64,
  address: 254,
  password: 256,
  shortText: 256,
  secretsPerApp: 50,
  certificatesPerApp: 50,
  federatedPerApp: 20,
  ownersPerApp: 100,
  /** Entra: a principal without a directory role creates at most 250 objects, also ones that it no longer owns. */
  appsPerCreator: 250,
  federatedText: 600,
  certificateOctets: 16_384,
  identifierUris: 50,
  /** Over all kinds. */
  redirectUris: 256,
  redirectUri: 256,
  requiredResources: 50,
  requiredPermissions: 400,
  permissionsPerApp: 1200,
  permissionValue: 120,
  description: 1024,
  scopesPerConsent: 400,
  tags: 100,
  /** All further properties of an app together, as JSON. */
  properties: 65_536,
  /** Depth of objects and lists in those properties. */
  nesting: 16,
  permissionsPerMailbox: 500,
  membersPerGroup: 10_000,
  addressesPerRecipient: 400,
  /** All settings of one kind together, as JSON. */
  settings: 32_768,
  /** docs/reference/exchange-admin.md §6 */
  accessPolicies: 300,
  appsPerPolicy: 100,
  policyDescription: 1024,
  managementScopes: 1000,
  roleGroups: 1000,
  rolesPerApp: 100,
  assignmentName: 128,
  /** docs/reference/exchange-admin.md §4 */
  policyName: 64,
  authenticationPolicies: 1000,
} as const

/** Characters that could break a line or disguise a name: controls, separators, bidirectional marks. */
const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/

/** Checks a text of 1 to `most` printable characters. Refuses `bad-syntax` and names the property. */
export function checkText(text: string, property: string, most: number): string {
  if (text.trim() === '') refuse('bad-syntax', `The property ${property} must not be empty.`, { property })
  return checkOptionalText(text, property, most)
}

/** Checks a text of up to `most` printable characters. */
export function checkOptionalText(text: string, property: string, most: number): string {
  if (text.length > most) {
    refuse('bad-syntax', `The property ${property} is longer than ${most} characters.`, { property })
  }
  if (unprintable.test(text) || !text.isWellFormed()) {
    refuse('bad-syntax', `The property ${property} contains a character that is not allowed.`, { property })
  }
  return text
}

export function checkCount(list: readonly unknown[], property: string, most: number): void {
  if (list.length > most) {
    refuse('bad-syntax', `The property ${property} has more than ${most} entries.`, { property })
  }
}
