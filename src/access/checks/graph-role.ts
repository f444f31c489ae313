import { microsoftGraph } from '../../core/well-known/microsoft-graph.ts'
import { fetchToken, grantAppRole } from '../records/command-line.ts'
import { assignmentsFor, claimedOf, consentedOnGraph, consentUnderway } from './assignments.ts'
import { failed, type GraphSubject, type CheckOfDecision, passed } from './check.ts'

/** An application permission on the mail of every mailbox (docs/reference/graph-mail.md §1.2). */
export const graphRole: CheckOfDecision<GraphSubject> = {
  name: 'role',
  async judge(subject) {
    const { facts, rules, simulated } = subject
    const shown = simulated ? 'A fresh token would carry' : 'The token carries'
    const claimed = claimedOf(subject)
    const waiting = claimed === undefined ? undefined : await consentUnderway(subject, microsoftGraph, claimed)
    if (waiting) return failed(`The consent to ${claimed} ${waiting}.`)
    if (claimed !== undefined && !rules.immediateRevocation) {
      return passed(`${shown} the role ${claimed}.${await unscoped(subject)}`)
    }
    const consented = await consentedOnGraph(subject)
    if (consented !== undefined) {
      return passed(`${shown} the role ${consented}, and it is assigned.${await unscoped(subject)}`)
    }
    // Without its service principal an app holds nothing, and the next check says so.
    if ((claimed !== undefined || simulated) && !(await facts.principal())) {
      return passed(
        `The role ${subject.permission} is not judged: the app has no service principal that could hold it.`,
      )
    }
    return missing(subject, claimed)
  },
}

async function missing(subject: GraphSubject, claimed: string | undefined) {
  const { claims, facts, simulated, permission } = subject
  const held = claims.roles?.length ? `the roles ${claims.roles.join(', ')} and not ${permission}` : 'no roles'
  const shown =
    claimed === undefined
      ? `${simulated ? 'A fresh token would carry' : 'The token carries'} ${held}`
      : `The token carries the role ${claimed}, but it was taken back`
  const newToken = fetchToken(claims.tid, claims.appid, microsoftGraph.identifiers[0])
  const carried = (await facts.graphRoles()).includes(permission)
  return failed(
    `${shown}. Expected: the application permission ${permission} of ${microsoftGraph.displayName}, consented to for the service principal ${claims.oid}, or the management role 'Application ${permission}' over a scope that has the mailbox.`,
    ...(carried ? [] : await grant(subject)),
    ...(claimed === undefined ? [newToken] : []),
  )
}

async function grant({ directory, facts, claims, permission }: GraphSubject): Promise<readonly string[]> {
  const principal = await facts.principal()
  const resource = await directory.servicePrincipals.find(claims.tid, { appId: microsoftGraph.appId })
  const role = resource?.appRoles.find(({ value }) => value === permission)
  return principal && resource && role ? [grantAppRole(principal.id, resource.id, role.id)] : []
}

/** docs/reference/exchange-admin.md §13, row 21 */
async function unscoped(subject: GraphSubject): Promise<string> {
  const scoped = (await assignmentsFor(subject)).find(({ scope, group }) => scope ?? group)
  return scoped
    ? ` It is for every mailbox: the scope of the role assignment '${scoped.name}' restricts nothing while it is consented to.`
    : ''
}
