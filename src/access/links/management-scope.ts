import type { MailboxRecord, RoleAssignment } from '../../domain/directory/types.ts'
import { addScope, assignRole } from '../command-line.ts'
import { assignmentsFor, type Asked, inForce } from './assignments.ts'
import { failed, type LinkOfDecision, passed } from './link.ts'
import { theMailbox } from './mailbox.ts'

/** contract/exchange-admin §7: the mailbox has to be in scope of one of the assignments; they add up. */
export const managementScope: LinkOfDecision<Asked> = {
  name: 'managementScope',
  async judge(subject) {
    const { directory } = subject
    const mailbox = await theMailbox(subject)
    const assignments = inForce(subject, await assignmentsFor(subject))
    for (const assignment of assignments) {
      if (await directory.roleAssignments.covers(assignment, mailbox)) {
        return passed(
          `The mailbox ${mailbox.primarySmtpAddress} is in scope of the role assignment '${assignment.name}': ${scopeInWords(assignment)}.`,
        )
      }
    }
    const scopes = assignments.map((assignment) => `'${assignment.name}' (${scopeInWords(assignment)})`).join(', ')
    return failed(
      `The mailbox ${mailbox.primarySmtpAddress} is in scope of no role assignment of the app: ${scopes}.`,
      ...(await bringIntoScope(subject, mailbox, assignments[0])),
    )
  },
}

function scopeInWords({ scope, group }: RoleAssignment): string {
  if (scope) return `the management scope '${scope.name}', ${scope.recipientFilter}`
  return group ? `the members of the group '${group.name}'` : 'the whole organization'
}

/** A scope of that one mailbox, which widens nothing else. */
async function bringIntoScope(
  { directory, claims }: Asked,
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
