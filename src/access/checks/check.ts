import { isoDateTime } from '../../core/time.ts'
import type { CheckName } from '../../domain/audit/types.ts'
import type { Directory, MailboxRecord } from '../../domain/directory/types.ts'
import type { AppPrincipal, UserPrincipal } from '../facts.ts'
import type { GraphPermission, MailProtocol, SwitchedOff } from '../types.ts'

/** The result of one check. `fix` holds command lines, in the order in which to run them. */
export type CheckResult =
  | { readonly ok: true; readonly evidence: string }
  | {
      readonly ok: false
      readonly evidence: string
      readonly fix: readonly string[]
      /** Which switch is off, if the protocol's answer depends on it. */
      readonly switchedOff?: SwitchedOff
    }

/** The delay until a grant in Exchange takes effect (docs/reference/exchange-admin.md §13, row 10). */
export interface Propagation {
  readonly milliseconds: number
  now(): number
}

export const passed = (evidence: string): CheckResult => ({ ok: true, evidence })
export const failed = (evidence: string, ...fix: readonly string[]): CheckResult => ({ ok: false, evidence, fix })

/** The rules of a profile for checks. */
export interface Rules {
  /** Whether a role must still be assigned, and a scope still consented to; otherwise the token's claim is enough. */
  readonly immediateRevocation: boolean
  /** Whether to refuse audiences that the real service issues but does not accept. */
  readonly strict: boolean
  /** Set if the delay of new grants is simulated. */
  readonly propagation?: Propagation | undefined
}

interface Judging {
  readonly directory: Directory
  readonly rules: Rules
  /** Whether the claims are those of an assumed fresh token, not of a token that the client sent. */
  readonly simulated: boolean
}

export type AppSubject = AppPrincipal & Judging
export type PersonSubject = UserPrincipal & Judging

/** The facts that every check after the check of the token reads. */
export type Subject = AppSubject | PersonSubject

/** The mailbox that is to be opened. */
export interface CheckTarget {
  readonly address: string | undefined
  readonly mailbox: () => Promise<MailboxRecord | undefined>
}

/** Over a mail protocol. */
export interface Opening extends CheckTarget {
  readonly protocol: MailProtocol
}

/** Over Microsoft Graph, for what one of its permissions allows. */
export interface GraphOpening extends CheckTarget {
  readonly protocol: 'graph'
  readonly permission: GraphPermission
}

export type MailSubject = Subject & Opening
export type GraphSubject = AppSubject & GraphOpening
export type GraphPersonSubject = PersonSubject & GraphOpening

export interface CheckOfDecision<Judged extends Subject> {
  readonly name: CheckName
  judge(subject: Judged): CheckResult | Promise<CheckResult>
}

/** Returns text for a grant that is not in effect yet, else undefined. Denials and revocations take effect at once. */
export function notYetEffective(propagation: Propagation | undefined, since: number): string | undefined {
  if (!propagation || propagation.now() >= since + propagation.milliseconds) return undefined
  const [made, counts] = [since, since + propagation.milliseconds].map(isoDateTime)
  return `was made at ${made} and counts from ${counts} on, as the setting exchange.propagation_minutes has it: nothing is left to do but to wait`
}
