import type { MailboxRecord, RoleAssignment } from '../../domain/directory/types.ts'
import { addScope, assignRole } from '../records/command-line.ts'
import { assignmentOver, assignmentsFor, type AppAccessSubject, inForce } from './assignments.ts'
import { failed, type CheckOfDecision, passed } from './check.ts'
import { theMailbox } from './mailbox.ts'

/** docs/reference/exchange-admin.md §7: the mailbox has to be in scope of one of the assignments; they add up. */
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

/** A scope of that one mailbox, which widens nothing else. */
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
