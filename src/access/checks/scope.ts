import { exchangeOnline } from '../../core/well-known/exchange-online.ts'
import { grantScope, widenScopes } from '../records/command-line.ts'
import { failed, type CheckOfDecision, type Opening, passed, type PersonSubject } from './check.ts'
import { roleFor } from './assignments.ts'

/** The check of delegated permissions: the scope of the protocol, consented to by the user or for them. */
export const scope: CheckOfDecision<PersonSubject & Opening> = {
  name: 'role',
  async judge(subject) {
    const { claims, facts, rules, protocol, simulated } = subject
    const shown = simulated ? 'A fresh token would carry' : 'The token carries'
    const requested = roleFor[protocol].delegated
    const claimed = claims.scp.split(' ').includes(requested)
    if (claimed && !rules.immediateRevocation) return passed(`${shown} the scope ${requested}.`)
    const consented = (await facts.exchangeScopes()).has(requested)
    if (claimed && consented) return passed(`${shown} the scope ${requested}, and it is consented to.`)
    // Without its service principal an app may do nothing for anybody, and the next check says so.
    if ((claimed || simulated) && !(await facts.principal()))
      return passed(
        `The scope ${requested} is not judged: the app has no service principal that it could be granted to.`,
      )
    return claimed ? revoked(subject, requested) : missing(subject, requested, consented)
  },
}

const revoked = async (subject: PersonSubject, requested: string) =>
  failed(
    `The token carries the scope ${requested}, but the consent was revoked: the app ${subject.claims.appid} may not use it for ${subject.claims.upn} any more.`,
    ...(await consentTo(subject, requested)),
  )

async function missing(subject: PersonSubject, requested: string, consented: boolean) {
  const { claims, simulated } = subject
  const scopes = claims.scp === '' ? 'no scopes' : `the scopes ${claims.scp} and not ${requested}`
  const carried = `${simulated ? 'A fresh token would carry' : 'The token carries'} ${scopes}`
  const request = `the app asks for a token with the scope ${exchangeOnline.identifiers[1]}/${requested}`
  return consented
    ? failed(`${carried}, which is consented to. Expected: ${request}.`)
    : failed(
        `${carried}. Expected: the delegated permission ${requested} of ${exchangeOnline.displayName}, consented to by ${claims.upn}, or for everybody by an administrator at /${claims.tid}/v2.0/adminconsent?client_id=${claims.appid}; then ${request}.`,
        ...(await consentTo(subject, requested)),
      )
}

/** Adds to what the person, or an administrator, consented to already: a second consent for the same is refused. */
async function consentTo({ directory, claims, facts }: PersonSubject, requested: string): Promise<readonly string[]> {
  const resource = await directory.servicePrincipals.find(claims.tid, { appId: exchangeOnline.appId })
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
