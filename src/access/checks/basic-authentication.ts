import type { BasicProtocol, EffectivePolicy, RetiredProtocol, User } from '../../domain/directory/types.ts'
import { allowBasic, assignPolicy, fetchToken, listUsers, newPolicy } from '../records/command-line.ts'
import { printable } from '../records/printable.ts'
import type { MailProtocol } from '../types.ts'
import { failed, type Finding, passed } from './check.ts'
import { type Retirement, retiredBy } from './retirement.ts'

/** Whether passwords open mailboxes at all: `off`, or where an authentication policy says so. */
export type BasicRule = 'off' | 'policy'

/** The switch of an authentication policy that a protocol has (contract/exchange-admin §4). */
export const basicSwitch: Readonly<Record<MailProtocol, RetiredProtocol>> = { imap: 'Imap', pop3: 'Pop', smtp: 'Smtp' }

const spoken: Readonly<Record<MailProtocol, string>> = { imap: 'IMAP4', pop3: 'POP3', smtp: 'SMTP' }

const tokenInstead =
  'a program signs in with SASL XOAUTH2 and an access token, which it fetches with its own client id and a secret or a certificate.'

/** Judged before the password is looked at, so that nobody is locked out by what could not have been let in. */
export function judgeBasicAuthentication(asked: {
  readonly rule: BasicRule
  readonly protocol: MailProtocol
  readonly name: string
  readonly user: User | undefined
  readonly effective: EffectivePolicy | undefined
  readonly retirement: Retirement | undefined
}): Finding {
  const { rule, protocol, effective, retirement } = asked
  const name = printable(asked.name)
  if (rule === 'off') {
    return failed(
      `A password was given. Basic authentication is off; ${tokenInstead} It is off for the whole server: auth.basic is off.`,
      fetchToken(undefined, undefined),
    )
  }
  const word = basicSwitch[protocol]
  if (effective?.policy.allowed.has(word)) {
    const retired = retirement && retiredBy(retirement, word, spoken[protocol])
    return (
      retired ??
      passed(
        `The authentication policy '${effective.policy.name}', ${whose(effective, name)}, allows basic authentication over ${spoken[protocol]}.`,
      )
    )
  }
  const found = effective
    ? `The authentication policy '${effective.policy.name}', ${whose(effective, name)}, blocks basic authentication over ${spoken[protocol]}: AllowBasicAuth${word} is false.`
    : `No authentication policy counts for ${name}, so basic authentication is off.`
  return failed(`A password was given. ${found} Better: ${tokenInstead}`, ...fixFor(asked, word))
}

const whose = ({ from }: EffectivePolicy, name: string): string =>
  from === 'user' ? `which is that of ${name}` : "which is the organization's default"

/** The policy of this user alone, and nobody else's, where the default blocks. */
function fixFor(
  { user, effective }: { readonly user: User | undefined; readonly effective: EffectivePolicy | undefined },
  word: BasicProtocol,
): readonly string[] {
  if (!user) return [listUsers()]
  if (effective?.from === 'user') return [allowBasic(effective.policy.name, word)]
  const name = `Allow basic authentication over ${word} for ${user.id.slice(0, 8)}`
  return [newPolicy(name, word), assignPolicy(user.userPrincipalName, name)]
}
