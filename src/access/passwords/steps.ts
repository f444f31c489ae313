import type { AppId, TenantId } from '../../core/ids.ts'
import { exchangeOnline } from '../../core/well-known/exchange-online.ts'
import type { World } from '../../core/world.ts'
import type { Directory, PasswordCheck, User } from '../../domain/directory/types.ts'
import { type BasicRule, judgeBasicAuthentication } from '../checks/basic-authentication.ts'
import { type CheckResult, failed, type Opening, passed, type PersonSubject } from '../checks/check.ts'
import { openingChecks } from '../checks/index.ts'
import type { Step } from '../decide.ts'
import { personFacts } from '../facts.ts'
import { enableUser, listUsers, printable, replacePassword } from '../records/command-line.ts'

/** The facts of a sign-in with a password. */
export interface PasswordCheckRequest extends Opening {
  readonly tenant: TenantId
  /** The user with that name, if it exists. */
  readonly user: User | undefined
  readonly name: string
  readonly rule: BasicRule
  readonly world: Pick<World, 'now'>
}

export const basicStep = (request: PasswordCheckRequest, directory: Directory): Step => ({
  name: 'basicAuthentication',
  async judge() {
    const { tenant, user, name, protocol, rule } = request
    const effective = rule === 'off' ? undefined : await directory.authenticationPolicies.effective(tenant, user?.id)
    const retirement = effective && (await retirementOf(request, directory))
    return judgeBasicAuthentication({ rule, protocol, name, user, effective, retirement })
  },
})

async function retirementOf({ tenant, mailbox, world }: PasswordCheckRequest, { retirementPlans }: Directory) {
  const plan = await retirementPlans.of(tenant)
  return plan && { plan, now: world.now(), mailbox: await mailbox() }
}

/** From the check of the mailbox on, the checks are those of a user with a token. */
export function afterUser(
  request: PasswordCheckRequest & { readonly user: User },
  directory: Directory,
): readonly Step[] {
  const { tenant, user, protocol, address, mailbox } = request
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
    // A password carries no claims that could be revoked.
    rules: { immediateRevocation: true, strict: false },
    simulated: false,
    protocol,
    address,
    mailbox,
  }
  return openingChecks.map((check) => ({ name: check.name, judge: () => check.judge(subject) }))
}

/** The user who signs in with a password, and the requested mailbox. */
export interface NamedUser {
  readonly user: string
  readonly mailbox: string
}

/**
 * The user's own mailbox, or another one: as `user@domain/shared` or `user@domain\shared`, as in Exchange, or as the
 * authorization identity of SASL PLAIN, which takes precedence. A shared mailbox without a domain is in the user's
 * domain.
 */
export function namedIn(address: string | undefined, user: string | undefined): NamedUser {
  const [before, after] = bothIn(user ?? address ?? '') ?? []
  const who = before ?? user ?? address ?? ''
  const mailbox = (user === undefined ? after : undefined) ?? address ?? ''
  return { user: who, mailbox: mailbox.includes('@') ? mailbox : `${mailbox}@${domainOf(who)}` }
}

/**
 * The user and the mailbox of `user@domain/mailbox`, in one pass, because anyone can send the name before a sign-in.
 */
function bothIn(name: string): readonly [user: string, mailbox: string] | undefined {
  const end = name.search(/[/\\]/)
  const user = name.slice(0, Math.max(end, 0))
  const mailbox = name.slice(end + 1)
  return user.slice(1, -1).includes('@') && mailbox !== '' ? [user, mailbox] : undefined
}

/** The text after the last at sign. */
export const domainOf = (name: string): string => name.slice(name.lastIndexOf('@') + 1)

/** The result of the password check, or why the password was not checked. */
export type Checked = PasswordCheck | 'digest'

/** The user exists, is neither locked nor disabled, and the password is correct. */
export function judgePassword(checked: Checked, name: string): CheckResult {
  const given = printable(name)
  if (checked === 'digest')
    return failed('The client sent a digest of the password, which cannot be compared with the stored hash.')
  if (!checked.ok) {
    const { because, user } = checked
    return because === 'unknown' || !user ? failed(`There is no user ${given}.`, listUsers()) : refusals[because](user)
  }
  const { user, mustChange } = checked
  return mustChange
    ? failed(`The password of the user ${user.userPrincipalName} (${user.id}) must be changed before it can be used.`)
    : passed(`The password of the user ${user.userPrincipalName} (${user.id}) is correct, and the user is enabled.`)
}

type Because = Exclude<Extract<PasswordCheck, { ok: false }>['because'], 'unknown'>

const refusals: Readonly<Record<Because, (user: User) => CheckResult>> = {
  wrong: ({ userPrincipalName: upn, id }) =>
    failed(`The password of the user ${upn} (${id}) is wrong.`, replacePassword(id)),
  locked: ({ userPrincipalName: upn, id }) =>
    failed(`The user ${upn} (${id}) is locked for some time after too many wrong passwords.`),
  disabled: ({ userPrincipalName: upn, id }) => failed(`The user ${upn} (${id}) is disabled.`, enableUser(id)),
  'no-password': ({ userPrincipalName: upn, id }) =>
    failed(`The user ${upn} (${id}) has no password.`, replacePassword(id)),
}

/** docs/reference/identity.md §8.2: the error code of the token service for the same password. */
export function errorCodeOf(checked: Checked): number {
  if (checked === 'digest') return 50126
  if (checked.ok) return checked.mustChange ? 50055 : 0
  return checked.because === 'locked' ? 50053 : checked.because === 'disabled' ? 50057 : 50126
}
