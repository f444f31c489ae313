import { withSession } from '../connection/session.ts'
import { wrongUsage } from '../failure.ts'
import { type CliCommand, type Invocation, readOptions } from '../options.ts'
import { jsonText, printable, shownDate } from '../output/table.ts'
import { type Style, styleFor, widthOf, wrapped } from '../output/terminal.ts'
import { runnableHere } from '../program-name.ts'
import { jsonOf, refused } from '../reply.ts'

/** The object that `postern explain --json` prints. */
interface Explained {
  readonly signInId: string | null
  readonly at: string
  readonly protocol: string
  readonly mailbox: string | null
  readonly app: { readonly appId: string; readonly id: string | null } | null
  readonly appDisplayName: string | null
  readonly user: { readonly id: string | null; readonly userPrincipalName: string } | null
  readonly resource: { readonly displayName: string } | null
  readonly authentication: string
  readonly credential: { readonly kind: string; readonly keyId: string | null } | null
  readonly outcome: 'granted' | 'refused'
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly evidence: string }[]
  readonly failed: string | null
  readonly fix: readonly string[]
  readonly wire: string
  /** For a simulated password: the dates at which a retirement plan changes the outcome. */
  readonly changes?: readonly { readonly at: string; readonly outcome: string; readonly evidence: string }[]
}

export const explain: CliCommand = {
  name: 'explain',
  usage: [
    '[SIGN-IN-ID] [--json]',
    '--mailbox M --app A --protocol P [--user U | --permission X] [--from ADDRESS] [--json]',
    '--mailbox M --password --protocol P [--user U] [--json]',
  ],
  synopsis:
    'shows why a sign-in was refused, or would be, and the commands that fix it; without an argument, the last refused sign-in',
  options: [
    ['SIGN-IN-ID', 'the id of the sign-in, or the correlation id of the answer'],
    ['--mailbox M', 'the address of a mailbox'],
    ['--app A', "the app: its client id, its object id, or its service principal's id"],
    ['--protocol P', 'imap, pop3, smtp or graph'],
    [
      '--password',
      'simulates the correct password in place of an app: whether it opens the mailbox now, and when a retirement plan changes that',
    ],
    [
      '--user U',
      'the user for whom the app signs in; without it the app signs in as itself, and a password is that of the mailbox',
    ],
    ['--permission X', 'over graph: the permission that the app uses (Mail.Read)'],
    ['--from ADDRESS', 'over smtp: also checks whether the app can send from this address, by SendAs or on behalf'],
  ],

  async run(invocation) {
    const path = pathOf(invocation)
    return withSession(invocation, async (session) => {
      const place = `/postern/v1/${encodeURIComponent(session.tenant)}/${path}`
      const reply = await session.ask('exchange', { verb: 'GET', path: place })
      if (reply.status !== 200) return refused(reply)
      const found = jsonOf(reply) as unknown as Explained
      invocation.streams.stdout.write(
        invocation.json ? `${jsonText(found, 2)}\n` : `${explanation(found, terminalOf(invocation))}\n`,
      )
      return 0
    })
  },
}

const terminalOf = (invocation: Invocation) => ({
  style: styleFor(invocation.streams.stdout, invocation.env),
  width: widthOf(invocation),
  runnable: (line: string) => runnableHere(line, invocation),
})

const protocols: ReadonlyMap<string, string> = new Map([
  ['imap', 'imap'],
  ['imap4', 'imap'],
  ['imaps', 'imap'],
  ['pop', 'pop3'],
  ['pop3', 'pop3'],
  ['pop3s', 'pop3'],
  ['smtp', 'smtp'],
  ['graph', 'graph'],
])

/** The path below the tenant for the three forms of the command. */
function pathOf({ words }: Invocation): string {
  const { values, positionals } = readOptions(words, {
    mailbox: { type: 'string' },
    app: { type: 'string' },
    password: { type: 'boolean' },
    protocol: { type: 'string' },
    user: { type: 'string' },
    permission: { type: 'string' },
    from: { type: 'string' },
  })
  const { mailbox, app, password, user, permission, from } = values
  const [id, ...others] = positionals
  if (others.length > 0) wrongUsage('explain needs at most one sign-in id.')
  if ([mailbox, app, password, user, permission, from, values.protocol].every((it) => it === undefined)) {
    return id === undefined ? 'sign-ins/last-refused' : `sign-ins/${encodeURIComponent(id)}`
  }
  if (id !== undefined || !mailbox || !values.protocol || (app === undefined) === (password === undefined)) {
    return wrongUsage('explain needs a sign-in id, or --mailbox, --protocol and either --app or --password.')
  }
  const protocol =
    protocols.get(values.protocol.toLowerCase()) ?? wrongUsage('--protocol must be imap, pop3, smtp or graph.')
  if (permission !== undefined && protocol !== 'graph') wrongUsage('--permission goes with --protocol graph.')
  if (user !== undefined && protocol === 'graph') wrongUsage('--user does not go with --protocol graph.')
  if (from !== undefined && (password || protocol !== 'smtp')) wrongUsage('--from goes with --app and --protocol smtp.')
  if (password && protocol === 'graph') wrongUsage('--password does not go with --protocol graph.')
  const by = app === undefined ? { authentication: 'password' } : { app }
  const further = {
    ...by,
    ...(user !== undefined && { user }),
    ...(permission !== undefined && { permission }),
    ...(from !== undefined && { from }),
  }
  return `simulate?${new URLSearchParams({ mailbox, protocol, ...further }).toString()}`
}

interface Terminal {
  readonly style: Style
  readonly width: number
  /** A command line as it runs here. */
  readonly runnable: (line: string) => string
}

/** A decision, check by check, for people. */
function explanation(it: Explained, { style, width, runnable }: Terminal): string {
  const { signInId, protocol, outcome } = it
  const [which, verb] = signInId === null ? ['A sign-in', 'would be'] : [`The sign-in ${signInId}`, 'was']
  const names = Math.max(0, ...it.checks.map(({ name }) => name.length))
  return [
    `${which} over ${protocol} ${verb} ${style(outcome === 'granted' ? 'green' : 'red', outcome)}.`,
    ...(signInId === null ? [] : [`  at       ${shownDate(it.at)}`]),
    // The token service opens no mailbox: it issues a token for a resource.
    ...(protocol === 'entra'
      ? [`  for      ${printable(it.resource?.displayName ?? '(unknown)')}`]
      : [`  mailbox  ${printable(it.mailbox ?? '(none named)')}`]),
    ...(it.user ? [`  user     ${printable(it.user.userPrincipalName)}`] : []),
    it.authentication === 'Basic' ? '  with     a password' : `  app      ${appInWords(it)}`,
    ...(it.credential ? [`  with     ${it.credential.kind} ${it.credential.keyId ?? '(none of the app’s)'}`] : []),
    '',
    ...it.checks.map(({ name, ok, evidence }) => {
      const mark = ok ? style('green', 'ok  ') : style('red', 'FAIL')
      return `  ${mark}  ${name.padEnd(names)}  ${wrapped(printable(evidence), width, names + 10)}`
    }),
    '',
    wrapped(`The client ${verb} told: ${printable(it.wire)}`, width, 2),
    ...(it.fix.length > 0 ? ['', 'To fix it:', ...it.fix.map((line) => `  ${printable(runnable(line))}`)] : []),
    ...changesInWords(it.changes ?? []),
  ].join('\n')
}

const changesInWords = (changes: NonNullable<Explained['changes']>): readonly string[] =>
  changes.length === 0
    ? []
    : [
        '',
        'By the retirement plan:',
        ...changes.map(({ at, outcome, evidence }) => `  from ${shownDate(at)} on  ${outcome}: ${printable(evidence)}`),
      ]

const appInWords = ({ app, appDisplayName }: Explained): string =>
  app ? `${app.appId}${appDisplayName === null ? '' : ` (${printable(appDisplayName)})`}` : '(unknown)'
