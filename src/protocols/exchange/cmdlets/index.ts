import type { Command } from '../command.ts'
import { appAccessCommands } from './app-access/index.ts'
import { auditCommands } from './audit/index.ts'
import { authenticationPoliciesCommands } from './authentication-policies/index.ts'
import { domainsCommands } from './domains/index.ts'
import { groupsCommands } from './groups/index.ts'
import { mailboxesCommands } from './mailboxes/index.ts'
import { messageTraceCommands } from './message-trace/index.ts'
import { organizationCommands } from './organization/index.ts'
import { peopleCommands } from './people/index.ts'
import { permissionsCommands } from './permissions/index.ts'
import { recipientsCommands } from './recipients/index.ts'
import { roleGroupsCommands } from './role-groups/index.ts'
import { rolesCommands } from './roles/index.ts'
import { servicePrincipalsCommands } from './service-principals/index.ts'

/** Every Exchange cmdlet that runs here. */
export const commands: readonly Command[] = [
  ...appAccessCommands,
  ...auditCommands,
  ...authenticationPoliciesCommands,
  ...domainsCommands,
  ...groupsCommands,
  ...mailboxesCommands,
  ...messageTraceCommands,
  ...organizationCommands,
  ...peopleCommands,
  ...permissionsCommands,
  ...recipientsCommands,
  ...roleGroupsCommands,
  ...rolesCommands,
  ...servicePrincipalsCommands,
]
