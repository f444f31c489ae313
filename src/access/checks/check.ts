import type { CheckName } from '../../domain/audit/types.ts'
import type { Directory, MailboxRecord } from '../../domain/directory/types.ts'
import type { AppPrincipal, UserPrincipal } from '../facts.ts'
import type { Propagation } from '../propagation.ts'
import type { GraphPermission, MailProtocol, SwitchedOff } from '../types.ts'

/** The result of one check. `fix` holds command lines, in the order in which to run them. */
export type CheckResult =
  | { readonly ok: true; readonly evidence: string }
  | {
      readonly ok: false
      readonly evidence: string
      readonly fix: readonly string[]
      /** Whose switch it is that is off, where that is told on the wire. */
      readonly switchedOff?: SwitchedOff
    }

export const passed = (evidence: string): CheckResult => ({ ok: true, evidence })
export const failed = (evidence: string, ...fix: readonly string[]): CheckResult => ({ ok: false, evidence, fix })

/** How strictly access judges. */
export interface Rules {
  /** Whether a role has to be assigned still, and a scope consented to, or the token's claim is enough. */
  readonly immediateRevocation: boolean
  /** Whether audiences are refused that the real service issues and does not take. */
  readonly strict: boolean
  /** Where it is simulated that grants take their time. */
  readonly propagation?: Propagation | undefined
}

interface Judging {
  readonly directory: Directory
  readonly rules: Rules
  /** Whether the claims are those that a fresh token would carry, and not of one that was shown. */
  readonly simulated: boolean
}

export type AppSubject = AppPrincipal & Judging
export type PersonSubject = UserPrincipal & Judging

/** The facts that every check after the token's reads. */
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

export interface CheckOfDecision<Judged extends Subject> {
  readonly name: CheckName
  judge(subject: Judged): CheckResult | Promise<CheckResult>
}
