import { withSession } from '../connection/session.ts'
import { wrongUsage } from '../failure.ts'
import { type CliCommand, readOptions } from '../options.ts'
import { jsonText, printable } from '../output/table.ts'
import { jsonOf, refused } from '../reply.ts'

/** `postern advise --json`. */
export interface Advised {
  readonly app: { readonly appId: string; readonly displayName: string }
  readonly mailboxes: readonly string[]
  readonly operations: readonly {
    readonly operation: string
    readonly protocol: string
    readonly as: 'app' | 'person'
    readonly count: number
    readonly mailboxes: number
    readonly lastDateTime: string
    readonly requests: readonly string[]
    readonly permission: string | null
    readonly notes: readonly string[]
  }[]
  readonly permissions: readonly {
    readonly kind: 'application' | 'delegated'
    readonly permission: string
    readonly exchangeRole: string | null
    readonly shared: string | null
  }[]
  readonly withoutEquivalent: readonly string[]
  readonly commands: readonly string[]
  readonly example: string | null
}

export const advise: CliCommand = {
  name: 'advise',
  usage: ['--app A [--json]'],
  synopsis:
    'shows how an app can do with Microsoft Graph what it does over IMAP4, POP3 and SMTP: requests, permissions, gaps, and an example',
  options: [['--app A', "the app: its client id, its object id, or its service principal's id"]],

  async run(invocation) {
    const { values, positionals } = readOptions(invocation.words, { app: { type: 'string' } })
    const { app } = values
    if (!app || positionals.length > 0) return wrongUsage('advise needs --app, and has no other arguments.')
    return withSession(invocation, async (session) => {
      const path = `/postern/v1/${encodeURIComponent(session.tenant)}/apps/${encodeURIComponent(app)}/advice`
      const reply = await session.ask('exchange', { verb: 'GET', path })
      if (reply.status !== 200) return refused(reply)
      const found = jsonOf(reply) as unknown as Advised
      invocation.streams.stdout.write(invocation.json ? `${jsonText(found, 2)}\n` : `${adviceInWords(found)}\n`)
      return 0
    })
  },
}

const MOST_MAILBOXES = 10

/** The advice about an app, as text for people. */
function adviceInWords(it: Advised): string {
  const app = `${printable(it.app.displayName)} (${it.app.appId})`
  if (it.example === null) {
    return `${app} has not used IMAP4, POP3 or SMTP with a token yet.`
  }
  return [
    `The operations of ${app}, and the same with Microsoft Graph below /v1.0/users/{mailbox}:`,
    ...it.operations.flatMap((operation) => ['', ...operationInWords(operation)]),
    '',
    `In ${mailboxesInWords(it.mailboxes)}.`,
    '',
    'Permissions that all of it needs:',
    ...it.permissions.map(permissionInWords),
    ...section('Without an equivalent:', it.withoutEquivalent),
    ...section('To allow it, only in these mailboxes where the app acts as itself:', it.commands),
    '',
    'The same in JavaScript:',
    '',
    // The example's lines are its own.
    ...it.example.split('\n').map((line) => `  ${printable(line)}`.trimEnd()),
  ].join('\n')
}

const operationInWords = ({ operation, protocol, as, ...it }: Advised['operations'][number]): readonly string[] => [
  `  ${operation}  (${protocol}${as === 'person' ? ', for a user' : ''}; ${it.count === 1 ? 'once' : `${it.count} times`}, last ${it.lastDateTime})`,
  ...(it.requests.length === 0 ? ['    no equivalent request'] : it.requests.map((request) => `    ${request}`)),
  ...(it.permission === null ? [] : [`    needs ${it.permission}`]),
  ...it.notes.map((note) => `    ${note}`),
]

function mailboxesInWords(mailboxes: readonly string[]): string {
  const named = mailboxes.slice(0, MOST_MAILBOXES).map(printable).join(', ')
  const others = mailboxes.length - MOST_MAILBOXES
  return others > 0 ? `${named} and ${others} others` : named
}

const permissionInWords = ({ kind, permission, exchangeRole, shared }: Advised['permissions'][number]): string =>
  exchangeRole === null
    ? `  ${permission} (${kind}), and ${shared} for mailboxes other than the user's own`
    : `  ${permission} (${kind}): with the role '${exchangeRole}' over a scope, because a consent opens every mailbox`

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${printable(line)}`)]
