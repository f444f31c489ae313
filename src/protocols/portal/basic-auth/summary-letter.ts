import { changeRetirement, removeRetirement, reportBasicAuth } from '../../../access/records/command-line.ts'
import { basicSwitch } from '../../../access/checks/basic-authentication.ts'
import type { RetiredProtocol, RetirementPlan } from '../../../domain/directory/types.ts'
import type { Notice } from '../../../domain/transport/types.ts'
import type { Ending } from './endings.ts'
import { replacementOf } from './replacement.ts'
import { type BasicUse, protocolNames } from './report.ts'
import { isForAWhile, type Letterhead } from './warning-letter.ts'
import { dayInWords, listed, momentInWords, named, times } from './words.ts'

const DAY = 86_400_000
/** How much later the command puts it that the letter offers. */
const POSTPONED = 30 * DAY
/** Mailboxes that a letter names, and programs of each. */
const MOST_MAILBOXES = 50
const MOST_PROGRAMS = 10

type Endings = readonly [Ending, ...Ending[]]

/** What administrators are told of all that ends at one moment: which mailboxes, which programs, and what can be done. */
export function summaryLetter(endings: Endings, head: Letterhead): Notice {
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

function aboutMailbox(endings: readonly Ending[], head: Letterhead): readonly string[] {
  const uses = endings.flatMap(({ uses }) => uses)
  const more = uses.length - MOST_PROGRAMS
  return [
    endings[0]?.mailbox.primarySmtpAddress ?? '',
    ...uses.slice(0, MOST_PROGRAMS).flatMap((use) => aboutUse(use, head)),
    ...(more > 0 ? [`  and ${more} more: ${reportBasicAuth(endings[0]?.mailbox.primarySmtpAddress)}`] : []),
  ]
}

const aboutUse = (use: BasicUse, { tenant, exchange }: Letterhead): readonly string[] => [
  `  ${named(use.client)} over ${protocolNames[use.protocol]}: ${times(use.granted)}, last on ${momentInWords(use.last)}`,
  `    instead: ${replacementOf(use, tenant, exchange).words}`,
]

function postponing(
  first: Ending,
  words: readonly RetiredProtocol[],
  { dates, cutOff }: RetirementPlan,
): readonly string[] {
  if (isForAWhile(first)) return ['To have no brown-outs any more:', `    ${changeRetirement({ BrownOuts: '[]' })}`]
  const isLast = first.date >= cutOff
  const later = isLast ? [] : words.map((word) => [word, (dates[word] ?? first.date) + POSTPONED] as const)
  const latest = Math.max(first.date, ...later.map(([, date]) => date))
  const cutOffToo = isLast || latest > cutOff ? [['CutOff', latest + POSTPONED] as const] : []
  const change = [...later, ...cutOffToo].map(([name, at]) => [name, new Date(at).toISOString()] as const)
  return ['To put it off by thirty days:', `    ${changeRetirement(Object.fromEntries(change))}`]
}
