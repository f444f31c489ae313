import type { TenantId } from '../../../core/ids.ts'
import { basicSwitch } from '../../../access/checks/basic-authentication.ts'
import type { RetirementPlan, ServicePrincipal } from '../../../domain/directory/types.ts'
import type { Notice } from '../../../domain/transport/types.ts'
import { type Ending, USED_WITHIN } from './endings.ts'
import { replacementOf } from './replacement.ts'
import { type BasicUse, protocolNames } from './report.ts'
import { dayInWords, listed, momentInWords, named, times } from './words.ts'

/** Programs, and addresses of each, that a letter names. */
const MOST_PROGRAMS = 10
const MOST_ADDRESSES = 5

export interface Letterhead {
  readonly tenant: TenantId
  readonly plan: RetirementPlan
  readonly exchange: ServicePrincipal | undefined
  /** Where owners enable passwords again. */
  readonly page: string
}

/** What a mailbox is told of the passwords that open it, of all that end at one moment. */
export function warningLetter(endings: readonly [Ending, ...Ending[]], head: Letterhead): Notice {
  const [first] = endings
  const over = listed(endings.map(({ protocol }) => protocolNames[protocol]))
  const uses = endings.flatMap((ending) => ending.uses)
  const more = uses.length - MOST_PROGRAMS
  return {
    subject: `Passwords over ${over} ${isForAWhile(first) ? 'are off for a while on' : 'end on'} ${dayInWords(first.date)}`,
    lines: [
      ...(isForAWhile(first) ? offForAWhile(first, over) : ended(first, over)),
      ...uses.slice(0, MOST_PROGRAMS).flatMap((use) => ['', ...aboutProgram(use, head)]),
      ...(more > 0 ? ['', `And ${more} more: postern Get-BasicAuthReport lists them all.`] : []),
      ...(isForAWhile(first) ? [] : ['', ...wayBack(endings, head)]),
    ],
  }
}

const ended = ({ mailbox, date }: Ending, over: string): readonly string[] => [
  `From ${momentInWords(date)} on, ${mailbox.primarySmtpAddress} takes no passwords over ${over}.`,
  'What still signs in with one will not get in any more:',
]

/** A brown-out into which the end falls is none. */
export const isForAWhile = (ending: Ending): ending is Ending & { readonly until: number } =>
  ending.brownOut && ending.until !== undefined

function offForAWhile(
  { mailbox, date, until, ends }: Ending & { readonly until: number },
  over: string,
): readonly string[] {
  return [
    `From ${momentInWords(date)} to ${momentInWords(until)}, ${mailbox.primarySmtpAddress} takes no passwords over ${over}, and then does again.`,
    `That shows what stops when they end for good, on ${dayInWords(ends)}.`,
    'What still signs in with one will not get in meanwhile:',
  ]
}

/** Who can enable it again after that, if anybody can. */
function wayBack(
  endings: readonly [Ending, ...Ending[]],
  { plan, page }: Pick<Letterhead, 'plan' | 'page'>,
): readonly string[] {
  if (endings[0].date >= plan.cutOff) return ['That is permanent: nobody in the organization can enable them again.']
  const until = `Until ${momentInWords(plan.cutOff)}`
  const own = endings.filter(({ mailbox, protocol }) => {
    const before = plan.ownReEnabled?.[mailbox.guid]?.[basicSwitch[protocol]]
    return plan.selfService === true && before === undefined
  })
  return own.length === 0
    ? [`${until} an administrator can enable them again, once.`]
    : [`${until} you can enable them again for this mailbox yourself, once:`, `    ${page}`]
}

function aboutProgram(use: BasicUse, { tenant, exchange }: Letterhead): readonly string[] {
  const { words, commands } = replacementOf(use, tenant, exchange)
  const from = use.addresses.slice(0, MOST_ADDRESSES).join(', ')
  return [
    `${named(use.client)}, as ${use.user}`,
    `  signed in ${times(use.granted)} in the last ${USED_WITHIN} days, last on ${momentInWords(use.last)}${from && `, from ${from}`}.`,
    `  What replaces the password: ${words}`,
    "  The administrator's commands for it, in this order:",
    ...commands.map((command) => `    ${command}`),
  ]
}
