import type { MailboxRecord, RoleAssignment } from '../../domain/directory/types.ts'
import {
  type AppAccessSubject,
  assignmentOver,
  assignmentsFor,
  claimedOf,
  comesByConsent,
  enoughFor,
  inForce,
  sinceOf,
} from './assignments.ts'
import { type CheckOfDecision, failed, passed, notYetEffective } from './check.ts'
import { addScope, assignRole, enableAssignment } from '../records/command-line.ts'
import { theMailbox } from './mailbox.ts'

/** docs/reference/exchange-admin.md §7: the mailbox must be in the scope of one of the assignments. They add up. */
export const managementScope: CheckOfDecision<AppAccessSubject> = {
  name: 'managementScope',
  async judge(subject) {
    const mailbox = await theMailbox(subject)
    const found = await assignmentOver(subject, mailbox)
    if (found) {
      return passed(
        `The mailbox ${mailbox.primarySmtpAddress} is in scope of the role assignment '${found.name}': ${scopeInWords(found)}.${await policiesNotAsked(subject)}`,
      )
    }
    const assignments = inForce(subject, await assignmentsFor(subject))
    const scopes = assignments.map((assignment) => `'${assignment.name}' (${scopeInWords(assignment)})`).join(', ')
    return failed(
      `The mailbox ${mailbox.primarySmtpAddress} is in scope of no role assignment of the app: ${scopes}.`,
      ...(await bringIntoScope(subject, mailbox, assignments[0])),
    )
  },
}

/** Over Graph an administrator may expect an application access policy to restrict roles as well; it does not. */
async function policiesNotAsked({ protocol, facts }: AppAccessSubject): Promise<string> {
  if (protocol !== 'graph' || (await facts.accessPolicies()).length === 0) return ''
  return ' No application access policy is asked: they restrict what was consented to, and no role of Exchange.'
}

function scopeInWords({ scope, group }: RoleAssignment): string {
  if (scope) return `the management scope '${scope.name}', ${scope.recipientFilter}`
  return group ? `the members of the group '${group.name}'` : 'the whole organization'
}

/** A scope with only that mailbox, which gives no further access. */
async function bringIntoScope(
  { directory, claims }: AppAccessSubject,
  { alias }: MailboxRecord,
  like: RoleAssignment | undefined,
): Promise<readonly string[]> {
  if (!like) return []
  const known = await directory.managementScopes.find(claims.tid, alias)
  const filter = `Alias -eq "${alias}"`
  const name = known && known.recipientFilter !== filter ? `${alias.slice(0, 59)}-only` : alias
  return [
    ...(known?.recipientFilter === filter ? [] : [addScope(name, filter)]),
    assignRole({ app: claims.oid, role: like.role.name, scope: name }),
  ]
}

/** docs/reference/exchange-admin.md §7: a role of Exchange, if the permissions in the token do not open the mailbox. */
export const roleAssignment: CheckOfDecision<AppAccessSubject> = {
  name: 'roleAssignment',
  async judge(subject) {
    const assignments = await assignmentsFor(subject)
    const carried = await carriedBy(subject)
    const [first] = inForce(subject, assignments)
    if (first) return passed(`${carried}; Exchange assigned the app the role ${first.role.name} ('${first.name}').`)
    const enabled = assignments.find((assignment) => assignment.enabled)
    const waiting = enabled && notYetEffective(subject.rules.propagation, sinceOf(enabled))
    if (waiting) return failed(`${carried}, and the role assignment '${enabled.name}' ${waiting}.`)
    return failed(
      `${carried}, and the role assignment ${namesOf(assignments)} is not in force: Enabled is false.`,
      ...assignments.slice(0, 1).map(({ name }) => enableAssignment(name)),
    )
  },
}

async function carriedBy(subject: AppAccessSubject): Promise<string> {
  const shown = subject.simulated ? 'A fresh token would carry' : 'The token carries'
  const claimed = claimedOf(subject)
  if (claimed === undefined) return `${shown} no ${enoughFor(subject)[0]}`
  const idle = (await comesByConsent(subject))
    ? 'application access policies keep off the mailbox'
    : 'does not count now'
  return `${shown} ${claimed}, which ${idle}`
}

const namesOf = (assignments: readonly { readonly name: string }[]): string =>
  assignments.map(({ name }) => `'${name}'`).join(', ')
