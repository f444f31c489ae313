import type { AppId, TenantId } from '../../core/ids.ts'
import type { Directory, User } from '../../domain/directory/types.ts'
import { exchangeOnline } from '../../domain/directory/well-known/exchange-online.ts'
import type { Step } from '../decide.ts'
import { personFacts } from '../facts.ts'
import { type BasicRule, judgeBasicAuthentication } from '../links/basic-authentication.ts'
import { openingLinks } from '../links/index.ts'
import type { Opening, PersonSubject } from '../links/link.ts'

/** What is asked with a password. */
export interface Question extends Opening {
  readonly tenant: TenantId
  /** The user who goes by the name, where there is one. */
  readonly user: User | undefined
  readonly name: string
  readonly rule: BasicRule
}

export const basicStep = ({ tenant, user, name, protocol, rule }: Question, directory: Directory): Step => ({
  name: 'basicAuthentication',
  async judge() {
    const effective = rule === 'off' ? undefined : await directory.authenticationPolicies.effective(tenant, user?.id)
    return judgeBasicAuthentication({ rule, protocol, name, user, effective })
  },
})

/** From the mailbox on, a person with a password is judged as one with a token is. */
export function afterUser(question: Question & { readonly user: User }, directory: Directory): readonly Step[] {
  const { tenant, user, protocol, address, mailbox } = question
  const claims = {
    tid: tenant,
    appid: exchangeOnline.appId as AppId,
    app_displayname: exchangeOnline.displayName,
    aud: exchangeOnline.identifiers[0]!,
    oid: user.id,
    upn: user.userPrincipalName,
    name: user.displayName,
    scp: '',
    // No token was issued.
    iat: 0,
  }
  const subject: PersonSubject & Opening = {
    kind: 'user',
    claims,
    facts: personFacts(directory, claims),
    directory,
    // Of a password nothing is claimed that could have been taken back.
    rules: { immediateRevocation: true, strict: false },
    foreseen: false,
    protocol,
    address,
    mailbox,
  }
  return openingLinks.map((link) => ({ name: link.name, judge: () => link.judge(subject) }))
}
