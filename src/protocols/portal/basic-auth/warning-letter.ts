import type { TenantId } from '../../../core/ids.ts'
import type { ServicePrincipal } from '../../../domain/directory/types.ts'
import type { Notice } from '../../../domain/transport/types.ts'
import { type Ending, USED_WITHIN } from './endings.ts'
import { replacementOf } from './replacement.ts'
import { type BasicUse, protocolNames } from './report.ts'

/** Programs, and addresses of each, that a letter names. */
const MOST_PROGRAMS = 10
const MOST_ADDRESSES = 5

/** What a mailbox is told of the passwords that open it. */
export function warningLetter(
  { mailbox, protocol, date, uses }: Ending,
  { tenant, exchange }: { readonly tenant: TenantId; readonly exchange: ServicePrincipal | undefined },
): Notice {
  const name = protocolNames[protocol]
  const [day, time] = new Date(date).toISOString().split('T') as [string, string]
  const more = uses.length - MOST_PROGRAMS
  return {
    subject: `Passwords over ${name} end on ${day}`,
    lines: [
      `From ${day} ${time.slice(0, 5)} UTC on, ${mailbox.primarySmtpAddress} takes no passwords over ${name}.`,
      'These programs still sign in with one, and will not get in any more:',
      ...uses.slice(0, MOST_PROGRAMS).flatMap((use) => ['', ...aboutProgram(use, { tenant, exchange })]),
      ...(more > 0 ? ['', `And ${more} more: postern Get-BasicAuthReport lists them all.`] : []),
    ],
  }
}

function aboutProgram(
  use: BasicUse,
  { tenant, exchange }: { readonly tenant: TenantId; readonly exchange: ServicePrincipal | undefined },
): readonly string[] {
  const { words, commands } = replacementOf(use, tenant, exchange)
  const from = use.addresses.slice(0, MOST_ADDRESSES).join(', ')
  const last = new Date(use.last).toISOString()
  return [
    `${use.client || 'A program without a name'}, as ${use.user}`,
    `  signed in ${use.granted} times in the last ${USED_WITHIN} days, last at ${last}${from && `, from ${from}`}.`,
    `  What replaces the password: ${words}`,
    "  The administrator's commands for it, in this order:",
    ...commands.map((command) => `    ${command}`),
  ]
}
