import type { AppId, TenantId } from '../../core/ids.ts'
import type { World } from '../../core/world.ts'
import type { Directory, User } from '../../domain/directory/types.ts'
import { exchangeOnline } from '../../domain/directory/well-known/exchange-online.ts'
import type { Step } from '../decide.ts'
import { personFacts } from '../facts.ts'
import { type BasicRule, judgeBasicAuthentication } from '../checks/basic-authentication.ts'
import { openingChecks } from '../checks/index.ts'
import type { Opening, PersonSubject } from '../checks/check.ts'

/** What is asked with a password. */
export interface Question extends Opening {
  readonly tenant: TenantId
  /** The user who goes by the name, where there is one. */
  readonly user: User | undefined
  readonly name: string
  readonly rule: BasicRule
  readonly world: Pick<World, 'now'>
}

export const basicStep = (question: Question, directory: Directory): Step => ({
  name: 'basicAuthentication',
  async judge() {
    const { tenant, user, name, protocol, rule } = question
    const effective = rule === 'off' ? undefined : await directory.authenticationPolicies.effective(tenant, user?.id)
    const retirement = effective && (await retirementOf(question, directory))
    return judgeBasicAuthentication({ rule, protocol, name, user, effective, retirement })
  },
})

async function retirementOf({ tenant, mailbox, world }: Question, { retirementPlans }: Directory) {
  const plan = await retirementPlans.of(tenant)
  return plan && { plan, now: world.now(), mailbox: await mailbox() }
}

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
    simulated: false,
    protocol,
    address,
    mailbox,
  }
  return openingChecks.map((check) => ({ name: check.name, judge: () => check.judge(subject) }))
}
