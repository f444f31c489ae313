import { printable } from './table.ts'

/** product.md, `postern explain --json`. */
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
  /** Where a password is simulated: from when on a retirement plan has it otherwise. */
  readonly changes?: readonly { readonly at: string; readonly outcome: string; readonly evidence: string }[]
}

/** A decision, check by check, for people. */
export function explanation(it: Explained): string {
  const { signInId, protocol, outcome } = it
  const [which, verb] = signInId === null ? ['A sign-in', 'would be'] : [`The sign-in ${signInId}`, 'was']
  const width = Math.max(0, ...it.checks.map(({ name }) => name.length))
  return [
    `${which} over ${protocol} ${verb} ${outcome}.`,
    ...(signInId === null ? [] : [`  at       ${it.at}`]),
    // The token service opens no mailbox: a resource is asked for there.
    ...(protocol === 'entra'
      ? [`  for      ${printable(it.resource?.displayName ?? '(unknown)')}`]
      : [`  mailbox  ${printable(it.mailbox ?? '(none named)')}`]),
    ...(it.user ? [`  user     ${printable(it.user.userPrincipalName)}`] : []),
    it.authentication === 'Basic' ? '  with     a password' : `  app      ${appInWords(it)}`,
    ...(it.credential ? [`  with     ${it.credential.kind} ${it.credential.keyId ?? '(none of the app’s)'}`] : []),
    '',
    ...it.checks.map(
      ({ name, ok, evidence }) => `  ${ok ? 'ok  ' : 'FAIL'}  ${name.padEnd(width)}  ${printable(evidence)}`,
    ),
    '',
    `The client ${verb} told: ${printable(it.wire)}`,
    ...(it.fix.length > 0 ? ['', 'To fix it:', ...it.fix.map((command) => `  ${printable(command)}`)] : []),
    ...changesInWords(it.changes ?? []),
  ].join('\n')
}

const changesInWords = (changes: NonNullable<Explained['changes']>): readonly string[] =>
  changes.length === 0
    ? []
    : [
        '',
        'By the retirement plan:',
        ...changes.map(({ at, outcome, evidence }) => `  from ${at} on  ${outcome}: ${printable(evidence)}`),
      ]

const appInWords = ({ app, appDisplayName }: Explained): string =>
  app ? `${app.appId}${appDisplayName === null ? '' : ` (${printable(appDisplayName)})`}` : '(unknown)'
