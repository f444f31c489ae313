import { exchangeOnline } from '../../domain/directory/well-known/exchange-online.ts'
import type { WellKnownResource } from '../../domain/directory/well-known/resource.ts'
import { identifierKey, resourceNamed } from '../../domain/directory/well-known/resources.ts'
import { fetchToken } from '../command-line.ts'
import { failed, type Finding, type LinkOfDecision, passed, type Subject } from './link.ts'

/** Tokens with this audience were seen to be refused by IMAP, their roles notwithstanding (contract/identity §3). */
const forConsentOnly = 'https://ps.outlook.com'

export const audience: LinkOfDecision = {
  name: 'audience',
  judge(subject) {
    if (subject.rules.strict && identifierKey(subject.claims.aud) === forConsentOnly) {
      return failed(
        `The token's audience is '${subject.claims.aud}', which serves for admin consent and does not sign in to mail protocols. Expected: '${exchangeOnline.identifiers[0]}'.`,
        fetchToken(subject.claims.tid, subject.claims.appid),
      )
    }
    return judgeAudience(subject, exchangeOnline)
  },
}

/** Whether the token was issued for this resource, by whichever of its names. */
export function judgeAudience({ claims, foreseen }: Subject, resource: WellKnownResource): Finding {
  const found = resourceNamed(claims.aud)
  const subject = foreseen ? 'A fresh token has the audience' : "The token's audience is"
  if (found === resource) return passed(`${subject} '${claims.aud}', which names ${resource.displayName}.`)
  return failed(
    `${subject} '${claims.aud}', which ${found ? `names ${found.displayName}` : 'is no name of it'}. Expected: a token for ${resource.displayName}, such as '${resource.identifiers[0]}'.`,
    ...(resource === exchangeOnline ? [fetchToken(claims.tid, claims.appid)] : []),
  )
}
