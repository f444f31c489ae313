import { microsoftGraph } from '../../core/well-known/microsoft-graph.ts'
import type { WellKnownResource } from '../../core/well-known/resource.ts'
import type { MailboxRecord, RoleAssignment } from '../../domain/directory/types.ts'
import type { GraphPermission, MailProtocol } from '../types.ts'
import { type AppSubject, type GraphOpening, type Opening, notYetEffective } from './check.ts'

export type AppAccessSubject = AppSubject & (Opening | GraphOpening)

/** For each permission, the permissions that include it. */
const enoughOnGraph: Readonly<Record<GraphPermission, readonly string[]>> = {
  'Mail.ReadBasic': ['Mail.ReadBasic', 'Mail.ReadBasic.All', 'Mail.Read', 'Mail.ReadWrite'],
  'Mail.Read': ['Mail.Read', 'Mail.ReadWrite'],
  'Mail.ReadWrite': ['Mail.ReadWrite'],
  'Mail.Send': ['Mail.Send'],
  'MailboxSettings.Read': ['MailboxSettings.Read', 'MailboxSettings.ReadWrite'],
  'MailboxSettings.ReadWrite': ['MailboxSettings.ReadWrite'],
}

/** Returns the permissions of which the app needs one, by consent or by a management role. */
export const enoughFor = (requested: Opening | GraphOpening): readonly string[] =>
  requested.protocol === 'graph' ? enoughOnGraph[requested.permission] : [roleFor[requested.protocol].role]

/** The first of them that the token carries. */
export const claimedOf = (subject: AppAccessSubject): string | undefined =>
  enoughFor(subject).find((permission) => subject.claims.roles?.includes(permission))

/** The app's role assignments in Exchange that allow the request, in force or not. IMAP4 and POP3 have no such role. */
export async function assignmentsFor(subject: AppAccessSubject): Promise<readonly RoleAssignment[]> {
  const enough = enoughFor(subject)
  const assigned = await subject.facts.managementRoles()
  return assigned.filter(({ role }) => role.permissions.some((permission) => enough.includes(permission)))
}

/** The enabled assignments that are in effect. */
export const inForce = (
  { rules }: AppAccessSubject,
  assignments: readonly RoleAssignment[],
): readonly RoleAssignment[] =>
  assignments.filter((assignment) => assignment.enabled && !notYetEffective(rules.propagation, sinceOf(assignment)))

/** The time of the assignment's last change. */
export const sinceOf = ({ changed, scope }: RoleAssignment): number => Math.max(changed, scope?.changed ?? 0)

/** The first assignment in effect that has the mailbox in its scope. */
export async function assignmentOver(
  subject: AppAccessSubject,
  mailbox: MailboxRecord,
): Promise<RoleAssignment | undefined> {
  for (const assignment of inForce(subject, await assignmentsFor(subject))) {
    if (await subject.directory.roleAssignments.covers(assignment, mailbox)) return assignment
  }
  return undefined
}

/**
 * docs/reference/exchange-admin.md §7: whether Exchange's assignments decide. For submission, they do not decide about
 * a token with the permission: the app's rights on the mailbox do. Over Graph, consents and assignments add up.
 */
export async function comesByAssignment(subject: AppAccessSubject): Promise<boolean> {
  if (await comesByConsent(subject)) return false
  return (await assignmentsFor(subject)).length > 0
}

/** Whether the token has a sufficient permission that is in effect. */
export async function comesByConsent(subject: AppAccessSubject): Promise<boolean> {
  const claimed = claimedOf(subject)
  if (claimed === undefined) return false
  if (subject.protocol !== 'graph') return true
  if (await consentNotYetEffective(subject, microsoftGraph, claimed)) return false
  return !subject.rules.immediateRevocation || (await consentedOnGraph(subject)) !== undefined
}

/** The first sufficient permission in the token that is still consented to. */
export async function consentedOnGraph(subject: AppAccessSubject): Promise<string | undefined> {
  const held = await subject.facts.graphRoles()
  return enoughFor(subject).find(
    (permission) => subject.claims.roles?.includes(permission) && held.includes(permission),
  )
}

/**
 * Returns text for a consent that is not in effect yet: Postern’s token has the role already, the real service’s does
 * not.
 */
export async function consentNotYetEffective(
  { directory, facts, rules, claims }: AppSubject,
  { appId, appRoles }: WellKnownResource,
  permission: string,
): Promise<string | undefined> {
  if (!rules.propagation) return undefined
  const principal = await facts.principal()
  const resource = await directory.servicePrincipals.find(claims.tid, { appId })
  if (!principal || !resource) return undefined
  const granted = await directory.assignments.between(claims.tid, principal.id, resource.id)
  const role = appRoles.find(({ value }) => value === permission)
  const consent = granted.find(({ appRoleId }) => appRoleId === role?.id)
  return consent && notYetEffective(rules.propagation, consent.created)
}

/** The application permission of a protocol, and the delegated permission that is often granted by mistake. */
export const roleFor: Readonly<Record<MailProtocol, { readonly role: string; readonly delegated: string }>> = {
  imap: { role: 'IMAP.AccessAsApp', delegated: 'IMAP.AccessAsUser.All' },
  pop3: { role: 'POP.AccessAsApp', delegated: 'POP.AccessAsUser.All' },
  smtp: { role: 'SMTP.SendAsApp', delegated: 'SMTP.Send' },
}
