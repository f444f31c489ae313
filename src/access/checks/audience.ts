import { exchangeOnline } from '../../core/well-known/exchange-online.ts'
import { microsoftGraph } from '../../core/well-known/microsoft-graph.ts'
import type { WellKnownResource } from '../../core/well-known/resource.ts'
import { identifierKey, resourceNamed } from '../../core/well-known/resources.ts'
import { fetchToken } from '../records/command-line.ts'
import { failed, type CheckResult, type CheckOfDecision, passed, type Subject } from './check.ts'

/** Observed: IMAP refuses tokens with this audience whatever their roles (docs/reference/identity.md §3). */
const forConsentOnly = 'https://ps.outlook.com'

export const audience: CheckOfDecision<Subject> = {
  name: 'audience',
  judge(subject) {
    if (subject.rules.strict && identifierKey(subject.claims.aud) === forConsentOnly) {
      return failed(
        `The token's audience is '${subject.claims.aud}', which serves for admin consent and does not sign in to mail protocols. Expected: '${exchangeOnline.identifiers[0]}'.`,
        ...newToken(subject),
      )
    }
    return judgeAudience(subject, exchangeOnline)
  },
}

export const graphAudience: CheckOfDecision<Subject> = {
  name: 'audience',
  judge: (subject) => judgeAudience(subject, microsoftGraph),
}

/** Whether the token was issued for this resource, under any of its names. */
export function judgeAudience(subject: Subject, resource: WellKnownResource): CheckResult {
  const { claims, simulated } = subject
  const found = resourceNamed(claims.aud)
  const given = simulated ? 'A fresh token has the audience' : "The token's audience is"
  if (found === resource) return passed(`${given} '${claims.aud}', which names ${resource.displayName}.`)
  return failed(
    `${given} '${claims.aud}', which ${found ? `names ${found.displayName}` : 'is no name of it'}. Expected: a token for ${resource.displayName}, such as '${resource.identifiers[0]}'.`,
    ...(resource === exchangeOnline ? newToken(subject) : []),
  )
}

/** A person's token is fetched by the app itself. */
const newToken = ({ kind, claims }: Subject): readonly string[] =>
  kind === 'app' ? [fetchToken(claims.tid, claims.appid)] : []
