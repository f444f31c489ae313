import { DAY, isoDateTime, isoTime } from '../../../core/time.ts'
import { basicSwitch } from '../../../access/checks/basic-authentication.ts'
import { changeRetirement, removeRetirement, reportBasicAuth } from '../../../access/records/command-line.ts'
import type { TenantId } from '../../../core/ids.ts'
import type { RetiredProtocol, RetirementPlan, ServicePrincipal } from '../../../domain/directory/types.ts'
import type { Notice } from '../../../domain/transport/types.ts'
import { type EnabledAgain, type RetirementEnd, USED_WITHIN } from './endings.ts'
import { replacementOf } from './terms.ts'
import { type BasicUse, protocolNames } from './report.ts'

const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone: 'UTC' })
const shortDay = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })

/** 14 December 2026 */
const dayInWords = (at: number): string => shortDay.format(at)

/** Monday, 14 December 2026, 08:00 UTC */
function momentInWords(at: number): string {
  const weekday = day.format(at).split(/[ ,]/, 1)[0]!
  return `${weekday}, ${shortDay.format(at)}, ${isoTime(at).slice(0, 5)} UTC`
}

/** one, two and three */
const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)!}`

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`)

/** Programs choose the names that they give themselves. */
const named = (client: string): string => client || 'A program without a name'

/** Programs, and addresses of each, that a letter names. */
const MOST_PROGRAMS = 10
const MOST_ADDRESSES = 5

export interface MailHeading {
  readonly tenant: TenantId
  readonly plan: RetirementPlan
  readonly exchange: ServicePrincipal | undefined
  /** Where owners enable passwords again. */
  readonly page: string
}

/** The notification to a mailbox about the passwords that open it and stop working at one moment. */
export function warningMail(endings: readonly [RetirementEnd, ...RetirementEnd[]], head: MailHeading): Notice {
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

const ended = ({ mailbox, date }: RetirementEnd, over: string): readonly string[] => [
  `From ${momentInWords(date)} on, ${mailbox.primarySmtpAddress} takes no passwords over ${over}.`,
  'What still signs in with one will not get in any more:',
]

/** A brown-out that the retirement falls into is left out. */
export const isForAWhile = (ending: RetirementEnd): ending is RetirementEnd & { readonly until: number } =>
  ending.brownOut && ending.until !== undefined

function offForAWhile(
  { mailbox, date, until, ends }: RetirementEnd & { readonly until: number },
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
  endings: readonly [RetirementEnd, ...RetirementEnd[]],
  { plan, page }: Pick<MailHeading, 'plan' | 'page'>,
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

function aboutProgram(use: BasicUse, { tenant, exchange }: MailHeading): readonly string[] {
  const { words, commands } = replacementOf({ ...use, protocols: [use.protocol] }, tenant, exchange)
  const from = use.addresses.slice(0, MOST_ADDRESSES).join(', ')
  return [
    `${named(use.client)}, as ${use.user}`,
    `  signed in ${times(use.granted)} in the last ${USED_WITHIN} days, last on ${momentInWords(use.last)}${from && `, from ${from}`}.`,
    `  What replaces the password: ${words}`,
    "  The administrator's commands for it, in this order:",
    ...commands.map((command) => `    ${command}`),
  ]
}

/** How much later the command puts it that the letter offers. */
const POSTPONED = 30 * DAY
/** Mailboxes that a letter names, and programs of each. */
const MOST_MAILBOXES = 50

type Endings = readonly [RetirementEnd, ...RetirementEnd[]]

/** The notification to administrators about one moment: which mailboxes, which programs, and the possible actions. */
export function summaryMail(endings: Endings, head: MailHeading): Notice {
  const [first] = endings
  const protocols = [...new Set(endings.map(({ protocol }) => protocol))]
  const over = listed(protocols.map((protocol) => protocolNames[protocol]))
  const mailboxes = [...new Set(endings.map(({ mailbox }) => mailbox.guid))]
  const count = mailboxes.length === 1 ? 'one mailbox' : `${mailboxes.length} mailboxes`
  const ends = isForAWhile(first) ? 'are off for a while' : 'end'
  const when = isForAWhile(first)
    ? `From ${momentInWords(first.date)} to ${momentInWords(first.until)}`
    : `From ${momentInWords(first.date)} on`
  const more = mailboxes.length - MOST_MAILBOXES
  return {
    subject: `Passwords over ${over} ${ends} on ${dayInWords(first.date)} for ${count} in use`,
    lines: [
      `${when}, passwords over ${over} open nothing. In use by ${count}:`,
      ...mailboxes.slice(0, MOST_MAILBOXES).flatMap((guid) => [
        '',
        ...aboutMailbox(
          endings.filter(({ mailbox }) => mailbox.guid === guid),
          head,
        ),
      ]),
      ...(more > 0 ? ['', `And ${more} more.`] : []),
      '',
      'Everything that signs in with a password; with --json, the commands that replace it too:',
      `    ${reportBasicAuth()}`,
      ...postponing(
        first,
        protocols.map((protocol) => basicSwitch[protocol]),
        head.plan,
      ),
      'To take the whole plan back, up to its cut-off date:',
      `    ${removeRetirement()}`,
    ],
  }
}

function aboutMailbox(endings: readonly RetirementEnd[], head: MailHeading): readonly string[] {
  const uses = endings.flatMap(({ uses }) => uses)
  const more = uses.length - MOST_PROGRAMS
  return [
    endings[0]?.mailbox.primarySmtpAddress ?? '',
    ...uses.slice(0, MOST_PROGRAMS).flatMap((use) => aboutUse(use, head)),
    ...(more > 0 ? [`  and ${more} more: ${reportBasicAuth(endings[0]?.mailbox.primarySmtpAddress)}`] : []),
  ]
}

const aboutUse = (use: BasicUse, { tenant, exchange }: MailHeading): readonly string[] => [
  `  ${named(use.client)} over ${protocolNames[use.protocol]}: ${times(use.granted)}, last on ${momentInWords(use.last)}`,
  `    instead: ${replacementOf({ ...use, protocols: [use.protocol] }, tenant, exchange).words}`,
]

function postponing(
  first: RetirementEnd,
  words: readonly RetiredProtocol[],
  { dates, cutOff }: RetirementPlan,
): readonly string[] {
  if (isForAWhile(first)) return ['To have no brown-outs any more:', `    ${changeRetirement({ BrownOuts: '[]' })}`]
  const isLast = first.date >= cutOff
  const later = isLast ? [] : words.map((word) => [word, (dates[word] ?? first.date) + POSTPONED] as const)
  const latest = Math.max(first.date, ...later.map(([, date]) => date))
  const cutOffToo = isLast || latest > cutOff ? [['CutOff', latest + POSTPONED] as const] : []
  const change = [...later, ...cutOffToo].map(([name, at]) => [name, isoDateTime(at)] as const)
  return ['To put it off by thirty days:', `    ${changeRetirement(Object.fromEntries(change))}`]
}

const MOST = 50

/** The notification to administrators about owners who enabled passwords again. */
export function reEnabledMail(enabled: readonly EnabledAgain[], { cutOff }: RetirementPlan): Notice {
  const [first, ...others] = enabled
  const more = enabled.length - MOST
  return {
    subject:
      others.length === 0 && first
        ? `Passwords over ${first.name} were enabled again for ${first.address}`
        : `Passwords were enabled again for ${enabled.length} mailboxes`,
    lines: [
      'The owners of these mailboxes enabled passwords for them again, once, as the retirement plan allows:',
      '',
      ...enabled.slice(0, MOST).map(({ address, name, at }) => `  ${address}, over ${name}, on ${momentInWords(at)}`),
      ...(more > 0 ? [`  and ${more} more`] : []),
      '',
      `They end for good on ${momentInWords(cutOff)}. To end them now:`,
      '    postern Set-BasicAuthRetirementPlan -SelfService:false',
    ],
  }
}
