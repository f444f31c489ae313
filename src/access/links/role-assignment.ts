import { enableAssignment } from '../command-line.ts'
import { underway } from '../propagation.ts'
import { assignmentsFor, type Asked, enoughFor, inForce, sinceOf } from './assignments.ts'
import { failed, type LinkOfDecision, passed } from './link.ts'

/** contract/exchange-admin §7: a role that Exchange assigned to the app, where the token does not carry the permission. */
export const roleAssignment: LinkOfDecision<Asked> = {
  name: 'roleAssignment',
  async judge(subject) {
    const assignments = await assignmentsFor(subject)
    const carried = `${subject.foreseen ? 'A fresh token would carry' : 'The token carries'} no ${enoughFor(subject)[0]}`
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

const namesOf = (assignments: readonly { readonly name: string }[]): string =>
  assignments.map(({ name }) => `'${name}'`).join(', ')
