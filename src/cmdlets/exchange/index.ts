import type { Cmdlet } from '../cmdlet.ts'
import { appAccessCmdlets } from './app-access/index.ts'
import { auditCmdlets } from './audit/index.ts'
import { authenticationPoliciesCmdlets } from './authentication-policies/index.ts'
import { domainsCmdlets } from './domains/index.ts'
import { groupsCmdlets } from './groups/index.ts'
import { mailboxesCmdlets } from './mailboxes/index.ts'
import { messageTraceCmdlets } from './message-trace/index.ts'
import { organizationCmdlets } from './organization/index.ts'
import { peopleCmdlets } from './people/index.ts'
import { permissionsCmdlets } from './permissions/index.ts'
import { recipientsCmdlets } from './recipients/index.ts'
import { roleGroupsCmdlets } from './role-groups/index.ts'
import { rolesCmdlets } from './roles/index.ts'
import { servicePrincipalsCmdlets } from './service-principals/index.ts'

/** Every cmdlet of Exchange Online that is served here. */
export const exchangeCmdlets: readonly Cmdlet[] = [
  ...appAccessCmdlets,
  ...auditCmdlets,
  ...authenticationPoliciesCmdlets,
  ...domainsCmdlets,
  ...groupsCmdlets,
  ...mailboxesCmdlets,
  ...messageTraceCmdlets,
  ...organizationCmdlets,
  ...peopleCmdlets,
  ...permissionsCmdlets,
  ...recipientsCmdlets,
  ...roleGroupsCmdlets,
  ...rolesCmdlets,
  ...servicePrincipalsCmdlets,
]
