import { exchangeOnline } from '../../core/well-known/exchange-online.ts'
import { microsoftGraph } from '../../core/well-known/microsoft-graph.ts'
import type { WellKnownResource } from '../../core/well-known/resource.ts'
import { grantScope, widenScopes } from '../records/command-line.ts'
import { enoughFor, roleFor } from './assignments.ts'
import {
  type CheckOfDecision,
  type CheckResult,
  failed,
  type GraphPersonSubject,
  type Opening,
  passed,
  type PersonSubject,
} from './check.ts'

/**
 * The check of delegated permissions: the token needs the protocol's scope, and the user or an administrator must have
 * consented to it.
 */
export const scope: CheckOfDecision<PersonSubject & Opening> = {
  name: 'role',
  judge: (subject) =>
    judgeScopes(subject, {
      resource: exchangeOnline,
      enough: [roleFor[subject.protocol].delegated],
      consented: subject.facts.exchangeScopes,
    }),
}

/**
 * The same over Graph. Scopes that end in `.Shared` cover other people's mailboxes too; the others cover only the
 * mailbox of the user (docs/reference/graph-mail.md §1.2).
 */
export const graphScope: CheckOfDecision<GraphPersonSubject> = {
  name: 'role',
  async judge(subject) {
    const owner = (await subject.mailbox())?.externalDirectoryObjectId
    const own = owner === undefined || owner === subject.claims.oid
    const scopes = enoughFor(subject).filter((permission) => !permission.endsWith('.All'))
    const shared = subject.permission.startsWith('Mail.') ? scopes.map((permission) => `${permission}.Shared`) : []
    if (!own && shared.length === 0) {
      return failed(
        `There is no scope for ${subject.permission} in the mailbox of another user than ${subject.claims.upn}.`,
      )
    }
    return judgeScopes(subject, {
      resource: microsoftGraph,
      enough: own ? [...scopes, ...shared] : shared,
      consented: subject.facts.graphScopes,
    })
  },
}

/** The scopes of which one is enough, the narrowest first. */
interface ScopeDemand {
  readonly resource: WellKnownResource
  readonly enough: readonly string[]
  readonly consented: () => Promise<ReadonlySet<string>>
}

async function judgeScopes(subject: PersonSubject, demand: ScopeDemand): Promise<CheckResult> {
  const { claims, facts, rules, simulated } = subject
  const shown = simulated ? 'A fresh token would carry' : 'The token carries'
  const carried = claims.scp.split(' ')
  const claimed = demand.enough.filter((name) => carried.includes(name))
  const [first] = claimed
  if (first !== undefined && !rules.immediateRevocation) return passed(`${shown} the scope ${first}.`)
  const consented = await demand.consented()
  const good = claimed.find((name) => consented.has(name))
  if (good !== undefined) return passed(`${shown} the scope ${good}, and it is consented to.`)
  // Without its service principal an app may do nothing for anybody, and the next check says so.
  if ((first !== undefined || simulated) && !(await facts.principal()))
    return passed(
      `The scope ${demand.enough[0]} is not judged: the app has no service principal that it could be granted to.`,
    )
  if (first !== undefined) return revoked(subject, demand, first)
  return missing(
    subject,
    demand,
    demand.enough.find((name) => consented.has(name)),
  )
}

const revoked = async (subject: PersonSubject, { resource }: ScopeDemand, requested: string) =>
  failed(
    `The token carries the scope ${requested}, but the consent was revoked: the app ${subject.claims.appid} may not use it for ${subject.claims.upn} any more.`,
    ...(await consentTo(subject, resource, requested)),
  )

async function missing(subject: PersonSubject, { resource, enough }: ScopeDemand, consented: string | undefined) {
  const { claims, simulated } = subject
  const requested = consented ?? enough[0]!
  const scopes = claims.scp === '' ? 'no scopes' : `the scopes ${claims.scp} and not ${requested}`
  const carried = `${simulated ? 'A fresh token would carry' : 'The token carries'} ${scopes}`
  const request = `the app asks for a token with the scope ${nameOf(resource)}/${requested}`
  return consented !== undefined
    ? failed(`${carried}, which is consented to. Expected: ${request}.`)
    : failed(
        `${carried}. Expected: the delegated permission ${requested} of ${resource.displayName}, consented to by ${claims.upn}, or for everybody by an administrator at /${claims.tid}/v2.0/adminconsent?client_id=${claims.appid}; then ${request}.`,
        ...(await consentTo(subject, resource, requested)),
      )
}

/** The name by which clients ask for scopes of a resource. */
const nameOf = (resource: WellKnownResource): string =>
  resource === exchangeOnline ? resource.identifiers[1]! : resource.identifiers[0]!

/** Adds to what the person, or an administrator, consented to already: a second consent for the same is refused. */
async function consentTo(
  { directory, claims, facts }: PersonSubject,
  { appId }: WellKnownResource,
  requested: string,
): Promise<readonly string[]> {
  const resource = await directory.servicePrincipals.find(claims.tid, { appId })
  const client = await facts.principal()
  if (!resource || !client) return []
  const where = { client: client.id, resource: resource.id, user: claims.oid }
  const [known] = await directory.consents.page(claims.tid, { limit: 1, where })
  return [
    known
      ? widenScopes(known.id, [...known.scopes, requested])
      : grantScope({ client: client.id, user: claims.oid, resource: resource.id, scope: requested }),
  ]
}
