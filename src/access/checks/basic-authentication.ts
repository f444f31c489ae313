import { isoDateTime } from '../../core/time.ts'
import { statusRequestFor, retirementStatus } from '../../domain/directory/exchange/retirement/retirement-plan.ts'
import type {
  BasicProtocol,
  EffectivePolicy,
  PlannedMailbox,
  RetiredProtocol,
  RetirementPlan,
  User,
} from '../../domain/directory/types.ts'
import {
  allowBasic,
  assignPolicy,
  changeRetirement,
  enableBasicAgain,
  fetchToken,
  listUsers,
  newPolicy,
  printable,
} from '../records/command-line.ts'
import type { MailProtocol } from '../types.ts'
import { failed, type CheckResult, passed } from './check.ts'

/** Whether passwords open mailboxes: `off` is never, otherwise authentication policies decide. */
export type BasicRule = 'off' | 'policy'

/** A tenant's plan, and the time for which it is evaluated. */
interface Retirement {
  readonly plan: RetirementPlan
  readonly now: number
  readonly mailbox: PlannedMailbox | undefined
}

/** The switch of an authentication policy for a protocol (docs/reference/exchange-admin.md §4). */
export const basicSwitch: Readonly<Record<MailProtocol, RetiredProtocol>> = { imap: 'Imap', pop3: 'Pop', smtp: 'Smtp' }

const protocolName: Readonly<Record<MailProtocol, string>> = { imap: 'IMAP4', pop3: 'POP3', smtp: 'SMTP' }

const tokenInstead =
  'a program signs in with SASL XOAUTH2 and an access token, which it fetches with its own client id and a secret or a certificate.'

/** Checked before the password, so that sign-ins that cannot succeed do not lock out a user. */
export function judgeBasicAuthentication(request: {
  readonly rule: BasicRule
  readonly protocol: MailProtocol
  readonly name: string
  readonly user: User | undefined
  readonly effective: EffectivePolicy | undefined
  readonly retirement: Retirement | undefined
}): CheckResult {
  const { rule, protocol, effective, retirement } = request
  const name = printable(request.name)
  if (rule === 'off') {
    return failed(
      `A password was given. Basic authentication is off; ${tokenInstead} It is off for the whole server: auth.basic is off.`,
      fetchToken(undefined, undefined),
    )
  }
  const word = basicSwitch[protocol]
  if (effective?.policy.allowed.has(word)) {
    const retired = retirement && retiredBy(retirement, word, protocolName[protocol])
    return (
      retired ??
      passed(
        `The authentication policy '${effective.policy.name}', ${whose(effective, name)}, allows basic authentication over ${protocolName[protocol]}.`,
      )
    )
  }
  const found = effective
    ? `The authentication policy '${effective.policy.name}', ${whose(effective, name)}, blocks basic authentication over ${protocolName[protocol]}: AllowBasicAuth${word} is false.`
    : `No authentication policy counts for ${name}, so basic authentication is off.`
  return failed(`A password was given. ${found} Better: ${tokenInstead}`, ...fixFor(request, word))
}

const whose = ({ from }: EffectivePolicy, name: string): string =>
  from === 'user' ? `which is that of ${name}` : "which is the organization's default"

/** Gives this user a policy of their own, if the default policy blocks. */
function fixFor(
  { user, effective }: { readonly user: User | undefined; readonly effective: EffectivePolicy | undefined },
  word: BasicProtocol,
): readonly string[] {
  if (!user) return [listUsers()]
  if (effective?.from === 'user') return [allowBasic(effective.policy.name, word)]
  const name = `Allow basic authentication over ${word} for ${user.id.slice(0, 8)}`
  return [newPolicy(name, word), assignPolicy(user.userPrincipalName, name)]
}

/** Why the retirement plan refuses a password; undefined if it does not. */
function retiredBy(
  { plan, now, mailbox }: Retirement,
  protocol: RetiredProtocol,
  protocolName: string,
): CheckResult | undefined {
  const request = statusRequestFor(plan, protocol, mailbox)
  const found = retirementStatus(plan, now, request)
  if (found.is === 'allowed' || found.is === 're-enabled') return undefined
  const token = fetchToken(undefined, undefined)
  const moveOn = 'Move the program to access tokens.'
  if (found.is === 'brown-out') {
    const again = request.ownAgain === true || plan.reEnabled[protocol] !== undefined
    const lasts = again ? plan.cutOff : plan.dates[protocol]!
    return failed(
      `A password was given. The organization's retirement plan has basic authentication off over ${protocolName} in a brown-out until ${isoDateTime(found.until)}; it is on again then by itself, or now once the plan has no brown-outs, and ends for good on ${isoDateTime(lasts)} at the latest. ${moveOn}`,
      token,
      changeRetirement({ BrownOuts: '[]' }),
    )
  }
  const which = found.wave
    ? `for the wave of mailboxes that were not used for ${found.wave.unusedDays} days`
    : 'for the wave of all that are in use'
  const retired = `A password was given. The organization's retirement plan ended basic authentication over ${protocolName} on ${isoDateTime(found.since)}, ${which}.`
  const [evidence, fix] = found.final
    ? [`${retired} That is permanent since ${isoDateTime(plan.cutOff)}. ${moveOn}`, token]
    : [
        `${retired} ${moveOn} Until ${isoDateTime(plan.cutOff)} it can be enabled again, once${plan.selfService ? ', and by the owner of this mailbox' : ''}.`,
        enableBasicAgain(protocol),
      ]
  return { ok: false, evidence, fix: [fix], switchedOff: 'plan' }
}
