import { optional } from '../../cmdlet.ts'
import { text } from '../../parameter-type.ts'

export const policyIdentity = 'The policy, by its Identity.'
export const scopeIdentity = 'The scope: its name or Guid.'
export const assignmentIdentity = 'The assignment: its name or Guid.'

export const filterMeaning =
  "An OPATH filter over properties of mailboxes, such as: CustomAttribute1 -eq 'sales', RecipientTypeDetails -eq 'SharedMailbox'."

/** Over which mailboxes a role of an app is: at most one of them. */
export const resourceScopes = {
  CustomResourceScope: optional(text, 'A management scope: its name or Guid.'),
  RecipientGroupScope: optional(text, 'A group: its members.'),
  RecipientAdministrativeUnitScope: optional(text, 'An administrative unit; not supported.'),
} as const

export const policyColumns = ['ScopeName', 'AppId', 'AccessRight', 'Description', 'Identity']
export const scopeColumns = ['Name', 'ScopeRestrictionType', 'Exclusive', 'RecipientRoot', 'RecipientFilter']
export const assignmentColumns = [
  'Name',
  'Role',
  'RoleAssigneeName',
  'RoleAssigneeType',
  'AssignmentMethod',
  'CustomResourceScope',
]
