import { exchangeOnline } from '../../core/well-known/exchange-online.ts'
import { microsoftGraph } from '../../core/well-known/microsoft-graph.ts'
import type { ServicePrincipal } from '../../domain/directory/types.ts'
import { fetchToken, grantAppRole } from '../records/command-line.ts'
import { assignmentsFor, claimedOf, consentedOnGraph, consentNotYetEffective, roleFor } from './assignments.ts'
import {
  type AppSubject,
  type CheckOfDecision,
  type CheckResult,
  failed,
  type GraphSubject,
  type Opening,
  passed,
} from './check.ts'
import { skippedCheck } from './mailbox-permission.ts'

type RoleCheckInput = AppSubject & Opening

export const role: CheckOfDecision<RoleCheckInput> = {
  name: 'role',
  async judge(subject) {
    const { claims, facts, rules, protocol, simulated } = subject
    const requested = roleFor[protocol].role
    const claimed = claims.roles?.includes(requested) ?? false
    const waiting = claimed ? await consentNotYetEffective(subject, exchangeOnline, requested) : undefined
    if (waiting) return failed(`The consent to ${requested} ${waiting}.`)
    const shown = simulated ? 'A fresh token would carry' : 'The token carries'
    if (claimed && !rules.immediateRevocation) return passed(`${shown} the role ${requested}.`)
    const assigned = (await facts.exchangeRoles()).includes(requested)
    if (claimed && assigned) return passed(`${shown} the role ${requested}, and it is assigned.`)
    const principal = await facts.principal()
    // An app without a service principal has no roles; the next check says so.
    if (!principal && (claimed || simulated))
      return passed(`The role ${requested} is not judged: the app has no service principal that could hold it.`)
    return claimed ? revokedPermission(subject, requested, principal) : missing(subject, requested, principal, assigned)
  },
}

async function revokedPermission(
  subject: RoleCheckInput,
  requested: string,
  principal: ServicePrincipal | undefined,
): Promise<CheckResult> {
  const { claims } = subject
  // If a management role replaces the permission, a new token without it is enough.
  const replaced = (await assignmentsFor(subject)).length > 0
  return failed(
    `The token carries the role ${requested}, but it was taken back: it is not assigned to the service principal ${claims.oid} any more.${await skippedCheck(subject)}`,
    ...(replaced ? [fetchToken(claims.tid, claims.appid)] : await grant(subject, requested, principal)),
  )
}

async function missing(
  subject: RoleCheckInput,
  requested: string,
  principal: ServicePrincipal | undefined,
  assigned: boolean,
): Promise<CheckResult> {
  const { claims, simulated } = subject
  const held = claims.roles?.length ? `the roles ${claims.roles.join(', ')} and not ${requested}` : 'no roles'
  const newToken = fetchToken(claims.tid, claims.appid)
  if (assigned) {
    return failed(
      `The token carries ${held}: it was issued before ${requested} was assigned to the service principal ${claims.oid}. A new token will carry it.`,
      newToken,
    )
  }
  const carries = simulated ? 'A fresh token would carry' : 'The token carries'
  return failed(
    `${carries} ${held}. Expected: the application permission ${requested} of ${exchangeOnline.displayName}, consented to for the service principal ${claims.oid}.${await delegatedInstead(subject)}${await skippedCheck(subject)}`,
    ...(await grant(subject, requested, principal)),
    newToken,
  )
}

async function grant(
  { directory, claims }: RoleCheckInput,
  requested: string,
  principal: ServicePrincipal | undefined,
): Promise<readonly string[]> {
  const resource = await directory.servicePrincipals.find(claims.tid, { appId: exchangeOnline.appId })
  const role = resource?.appRoles.find(({ value }) => value === requested)
  return principal && resource && role ? [grantAppRole(principal.id, resource.id, role.id)] : []
}

/** docs/reference/exchange-admin.md §13, row 6 */
async function delegatedInstead({ directory, claims, protocol }: RoleCheckInput): Promise<string> {
  const { delegated } = roleFor[protocol]
  const app = await directory.apps.findAnywhere(claims.appid)
  const scopes = app?.requiredResourceAccess
    .flatMap(({ resourceAccess }) => resourceAccess)
    .filter(({ type }) => type === 'Scope')
  const known = exchangeOnline.oauth2PermissionScopes.find(({ value }) => value === delegated)
  return scopes?.some(({ id }) => id === known?.id)
    ? ` The app asks for ${delegated}, a delegated permission: it counts when a person signs in, never for an app by itself.`
    : ''
}

/** An application permission on the mail of every mailbox (docs/reference/graph-mail.md §1.2). */
export const graphRole: CheckOfDecision<GraphSubject> = {
  name: 'role',
  async judge(subject) {
    const { facts, rules, simulated } = subject
    const shown = simulated ? 'A fresh token would carry' : 'The token carries'
    const claimed = claimedOf(subject)
    const waiting = claimed === undefined ? undefined : await consentNotYetEffective(subject, microsoftGraph, claimed)
    if (waiting) return failed(`The consent to ${claimed} ${waiting}.`)
    if (claimed !== undefined && !rules.immediateRevocation) {
      return passed(`${shown} the role ${claimed}.${await unscoped(subject)}`)
    }
    const consented = await consentedOnGraph(subject)
    if (consented !== undefined) {
      return passed(`${shown} the role ${consented}, and it is assigned.${await unscoped(subject)}`)
    }
    // An app without a service principal has no roles; the next check says so.
    if ((claimed !== undefined || simulated) && !(await facts.principal())) {
      return passed(
        `The role ${subject.permission} is not judged: the app has no service principal that could hold it.`,
      )
    }
    return missingOnGraph(subject, claimed)
  },
}

async function missingOnGraph(subject: GraphSubject, claimed: string | undefined) {
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
    ...(carried ? [] : await grantOnGraph(subject)),
    ...(claimed === undefined ? [newToken] : []),
  )
}

async function grantOnGraph({ directory, facts, claims, permission }: GraphSubject): Promise<readonly string[]> {
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
