import { enableAssignment } from '../records/command-line.ts'
import { underway } from '../propagation.ts'
import {
  assignmentsFor,
  type AppAccessSubject,
  claimedOf,
  comesByConsent,
  enoughFor,
  inForce,
  sinceOf,
} from './assignments.ts'
import { failed, type CheckOfDecision, passed } from './check.ts'

/**
 * docs/reference/exchange-admin.md §7: a role that Exchange assigned to the app, where what the token carries does not
 * open.
 */
export const roleAssignment: CheckOfDecision<AppAccessSubject> = {
  name: 'roleAssignment',
  async judge(subject) {
    const assignments = await assignmentsFor(subject)
    const carried = await carriedBy(subject)
    const [first] = inForce(subject, assignments)
    if (first) return passed(`${carried}; Exchange assigned the app the role ${first.role.name} ('${first.name}').`)
    const enabled = assignments.find((assignment) => assignment.enabled)
    const waiting = enabled && underway(subject.rules.propagation, sinceOf(enabled))
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
