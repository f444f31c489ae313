import { printable, shownDate } from './table.ts'
import { type Style, wrapped } from './terminal.ts'

/** The object that `postern explain --json` prints. */
export interface Explained {
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

interface Terminal {
  readonly style: Style
  readonly width: number
  /** A command line as it runs here. */
  readonly runnable: (line: string) => string
}

/** A decision, check by check, for people. */
export function explanation(it: Explained, { style, width, runnable }: Terminal): string {
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
