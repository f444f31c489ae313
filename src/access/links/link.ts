import type { LinkName } from '../../domain/audit/types.ts'
import type { Directory, MailboxRecord } from '../../domain/directory/types.ts'
import type { AppTokenClaims } from '../../domain/tokens/types.ts'
import type { CallerFacts } from '../facts.ts'
import type { MailProtocol } from '../types.ts'

/** What one link found. `mend` are command lines, in the order in which to type them. */
export type Finding =
  | { readonly ok: true; readonly evidence: string }
  | { readonly ok: false; readonly evidence: string; readonly mend: readonly string[] }

export const passed = (evidence: string): Finding => ({ ok: true, evidence })
export const failed = (evidence: string, ...mend: readonly string[]): Finding => ({ ok: false, evidence, mend })

/** How strictly access judges. */
export interface Rules {
  /** Whether a role has to be assigned still, or the token's claim is enough. */
  readonly immediateRevocation: boolean
  /** Whether audiences are refused that the real service issues and does not take. */
  readonly strict: boolean
}

/** What every link after the token's is judged over. */
export interface Subject {
  readonly directory: Directory
  readonly rules: Rules
  readonly facts: CallerFacts
  readonly claims: Pick<AppTokenClaims, 'aud' | 'appid' | 'app_displayname' | 'oid' | 'roles' | 'tid'>
  /** Whether the claims are those that a fresh token would carry, and not of one that was shown. */
  readonly foreseen: boolean
}

export interface MailSubject extends Subject {
  readonly protocol: MailProtocol
  readonly address: string | undefined
  readonly mailbox: () => Promise<MailboxRecord | undefined>
}

export interface LinkOfDecision {
  readonly name: LinkName
  judge(subject: MailSubject): Finding | Promise<Finding>
}
