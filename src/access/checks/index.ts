import { audience, graphAudience } from './audience.ts'
import { exchangeServicePrincipal, servicePrincipal } from './service-principal.ts'
import type { AppSubject, CheckOfDecision, GraphPersonSubject, GraphSubject, Opening, PersonSubject } from './check.ts'
import { mailboxPermission, ownOrPermitted } from './mailbox-permission.ts'
import { mailbox } from './mailbox.ts'
import { graphRole, role } from './role.ts'
import { managementScope, roleAssignment } from './management-scope.ts'
import { protocolEnabled } from './protocol-enabled.ts'
import { graphScope, scope } from './scope.ts'
import { user } from './user.ts'

/** The checks for an app with a valid token, in order. */
export const appChecks: readonly CheckOfDecision<AppSubject & Opening>[] = [
  audience,
  role,
  servicePrincipal,
  exchangeServicePrincipal,
  mailbox,
  protocolEnabled,
  mailboxPermission,
]

/** The same for an app that submits mail with a role of Exchange. */
export const assignedChecks: typeof appChecks = [
  audience,
  roleAssignment,
  servicePrincipal,
  exchangeServicePrincipal,
  mailbox,
  managementScope,
  protocolEnabled,
]

/** The same for an app with a consent for the mail of every mailbox over Graph. */
export const graphChecks: readonly CheckOfDecision<GraphSubject>[] = [
  graphAudience,
  graphRole,
  servicePrincipal,
  mailbox,
]

/** The same for an app with a role of Exchange over Graph. */
export const assignedGraphChecks: typeof graphChecks = [
  graphAudience,
  roleAssignment,
  servicePrincipal,
  exchangeServicePrincipal,
  mailbox,
  managementScope,
]

/** The checks for a user, with a token or a password. */
export const openingChecks: readonly CheckOfDecision<PersonSubject & Opening>[] = [
  mailbox,
  protocolEnabled,
  ownOrPermitted,
]

/** The checks for a delegated token: Exchange's service principal does not matter. */
export const personChecks: readonly CheckOfDecision<PersonSubject & Opening>[] = [
  audience,
  scope,
  servicePrincipal,
  user,
  ...openingChecks,
]

/** The same over Graph. */
export const graphPersonChecks: readonly CheckOfDecision<GraphPersonSubject>[] = [
  graphAudience,
  graphScope,
  servicePrincipal,
  user,
  mailbox,
  ownOrPermitted,
]
