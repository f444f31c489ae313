import { optional } from '../cmdlet.ts'
import { switched, text, texts } from '../parameter-type.ts'

/** The properties of a service principal that can be written, as parameters. */
export const servicePrincipalProperties = {
  DisplayName: optional(text, 'The name that people see.'),
  AccountEnabled: optional(switched, 'Whether the app may sign in: -AccountEnabled:$false keeps it out.'),
  AppRoleAssignmentRequired: optional(switched, 'Whether a role has to be assigned before tokens are given for it.'),
  Tags: optional(texts, 'Words to find it by.'),
}
