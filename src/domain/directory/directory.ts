import type { World } from '../../core/world.ts'
import type { Notifier, Sql } from '../../storage/engine.ts'
import { createApps } from './apps.ts'
import { createAssignments } from './assignments.ts'
import { createConsents } from './consents.ts'
import { createDirectoryRoles } from './directory-roles.ts'
import { createExchangeServicePrincipals } from './exchange-service-principals.ts'
import { Ledger } from './ledger.ts'
import { createMailboxes } from './mailboxes.ts'
import { Passwords } from './passwords.ts'
import { createPermissions } from './permissions.ts'
import { createServicePrincipals } from './service-principals.ts'
import { createTenants } from './tenants.ts'
import type { Directory } from './types.ts'
import { createUsers } from './users.ts'

export function createDirectory(deps: { sql: Sql; notifier: Notifier; world: World }): Directory {
  const ledger = new Ledger(deps)
  const passwords = new Passwords(ledger)
  const mailboxes = createMailboxes(ledger, passwords)
  return {
    tenants: createTenants(ledger),
    users: createUsers(ledger, passwords),
    apps: createApps(ledger),
    servicePrincipals: createServicePrincipals(ledger),
    assignments: createAssignments(ledger),
    consents: createConsents(ledger),
    directoryRoles: createDirectoryRoles(ledger),
    exchange: createExchangeServicePrincipals(ledger),
    mailboxes,
    permissions: createPermissions(ledger, mailboxes),
    journal: ledger.journal,
  }
}
