import type { TenantId } from '../../core/ids.ts'
import type { World } from '../../core/world.ts'
import type { Notifier, Sql, Write } from '../../storage/engine.ts'
import { createApps } from './apps/apps.ts'
import { createAssignments } from './granting/assignments.ts'
import { createAudits } from './audit/audits.ts'
import { createConsents } from './granting/consents.ts'
import { createDirectoryRoles } from './granting/directory-roles.ts'
import { createExchangeServicePrincipals } from './exchange/exchange-service-principals.ts'
import { createAccessPolicies } from './exchange/app-access/access-policies.ts'
import { createAuthenticationPolicies } from './exchange/authentication-policies/authentication-policies.ts'
import { createGroups } from './exchange/groups/groups.ts'
import { createManagementScopes } from './exchange/app-access/management-scopes.ts'
import { createOrganization } from './exchange/organization.ts'
import { createRetirementNotices } from './exchange/retirement/retirement-notices.ts'
import { createRetirementPlans } from './exchange/retirement/retirement-plans.ts'
import { createRemovedMailboxes } from './exchange/mailboxes/removed-mailboxes.ts'
import { createRoleGroups } from './exchange/role-groups/role-groups.ts'
import { createRoleAssignments } from './exchange/app-access/role-assignments.ts'
import { createSendAsPermissions } from './exchange/permissions/send-as.ts'
import { DirectoryTx } from './directory-tx.ts'
import { createMailboxes } from './exchange/mailboxes/mailboxes.ts'
import { Passwords } from './people/passwords.ts'
import { createMailboxOwners } from './exchange/permissions/mailbox-owner.ts'
import { createPermissions } from './exchange/permissions/permissions.ts'
import { createServicePrincipals } from './granting/service-principals.ts'
import { directoryDefaults, type DirectorySettings } from './settings.ts'
import { createTenants } from './tenants.ts'
import type { Directory, Parts } from './types.ts'
import { createUsers } from './people/users.ts'

export function createDirectory(deps: {
  sql: Sql
  notifier: Notifier
  world: World
  settings?: DirectorySettings
}): Directory {
  const settings = deps.settings ?? directoryDefaults
  const ledger = new DirectoryTx({ ...deps, auditDays: settings.audit_days })
  return directoryOn(ledger, { passwords: new Passwords(ledger, settings), settings })
}

function directoryOn(
  ledger: DirectoryTx,
  shared: { readonly passwords: Passwords; readonly settings: DirectorySettings },
): Directory {
  const { passwords, settings } = shared
  const mailboxes = createMailboxes(ledger, passwords)
  const groups = createGroups(ledger, mailboxes)
  const permissions = { ...createPermissions(ledger, { mailboxes, groups }), ...createMailboxOwners(ledger) }
  return {
    by: (actor, correlation, command) => directoryOn(ledger.by(actor, correlation, command), shared),
    together: async <T extends readonly unknown[]>(tenant: TenantId, parts: Parts<T>) => {
      const within = parts.map((part) => (one: DirectoryTx, write: Write) => part(directoryOn(one, shared), write))
      return (await ledger.together(tenant, within)) as unknown as T
    },
    audits: createAudits(ledger),
    tenants: createTenants(ledger),
    users: createUsers(ledger, passwords),
    apps: createApps(ledger),
    servicePrincipals: createServicePrincipals(ledger),
    assignments: createAssignments(ledger),
    consents: createConsents(ledger),
    directoryRoles: createDirectoryRoles(ledger),
    exchange: createExchangeServicePrincipals(ledger),
    mailboxes,
    permissions,
    organization: createOrganization(ledger),
    removedMailboxes: createRemovedMailboxes(ledger, passwords),
    sendAs: createSendAsPermissions(ledger),
    groups,
    authenticationPolicies: createAuthenticationPolicies(ledger),
    retirementPlans: createRetirementPlans(ledger, settings),
    retirementNotices: createRetirementNotices(ledger),
    accessPolicies: createAccessPolicies(ledger, { permissions, groups }),
    managementScopes: createManagementScopes(ledger),
    roleAssignments: createRoleAssignments(ledger, groups),
    roleGroups: createRoleGroups(ledger),
    journal: ledger.journal,
  }
}
