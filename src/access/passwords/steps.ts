import type { AppId, TenantId } from '../../core/ids.ts'
import type { World } from '../../core/world.ts'
import type { Directory, User } from '../../domain/directory/types.ts'
import { exchangeOnline } from '../../core/well-known/exchange-online.ts'
import { type BasicRule, judgeBasicAuthentication } from '../checks/basic-authentication.ts'
import type { Opening, PersonSubject } from '../checks/check.ts'
import { openingChecks } from '../checks/index.ts'
import type { Step } from '../decide.ts'
import { personFacts } from '../facts.ts'

/** The facts of a sign-in with a password. */
export interface PasswordCheckRequest extends Opening {
  readonly tenant: TenantId
  /** The user who goes by the name, where there is one. */
  readonly user: User | undefined
  readonly name: string
  readonly rule: BasicRule
  readonly world: Pick<World, 'now'>
}

export const basicStep = (question: PasswordCheckRequest, directory: Directory): Step => ({
  name: 'basicAuthentication',
  async judge() {
    const { tenant, user, name, protocol, rule } = question
    const effective = rule === 'off' ? undefined : await directory.authenticationPolicies.effective(tenant, user?.id)
    const retirement = effective && (await retirementOf(question, directory))
    return judgeBasicAuthentication({ rule, protocol, name, user, effective, retirement })
  },
})

async function retirementOf({ tenant, mailbox, world }: PasswordCheckRequest, { retirementPlans }: Directory) {
  const plan = await retirementPlans.of(tenant)
  return plan && { plan, now: world.now(), mailbox: await mailbox() }
}

/** From the mailbox on, a person with a password is judged as one with a token is. */
export function afterUser(
  question: PasswordCheckRequest & { readonly user: User },
  directory: Directory,
): readonly Step[] {
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

/** Who signs in with a password, and the mailbox that they ask for. */
export interface NamedUser {
  readonly user: string
  readonly mailbox: string
}

/**
 * Their own mailbox, or another: as `user@domain/shared` or `user@domain\shared`, as Exchange takes it, or as SASL PLAIN's
 * authorization identity, which then is the mailbox whatever else is named. A shared mailbox may be named without its domain,
 * which is then the user's.
 */
export function namedIn(address: string | undefined, user: string | undefined): NamedUser {
  const [before, after] = bothIn(user ?? address ?? '') ?? []
  const who = before ?? user ?? address ?? ''
  const mailbox = (user === undefined ? after : undefined) ?? address ?? ''
  return { user: who, mailbox: mailbox.includes('@') ? mailbox : `${mailbox}@${domainOf(who)}` }
}

/** The user and the mailbox of `user@domain/mailbox`, in one pass: this is read before anybody has signed in. */
function bothIn(name: string): readonly [user: string, mailbox: string] | undefined {
  const end = name.search(/[/\\]/)
  const user = name.slice(0, Math.max(end, 0))
  const mailbox = name.slice(end + 1)
  return user.slice(1, -1).includes('@') && mailbox !== '' ? [user, mailbox] : undefined
}

/** The text after the last at sign. */
export const domainOf = (name: string): string => name.slice(name.lastIndexOf('@') + 1)
