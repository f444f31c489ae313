import type { Link, LinkName } from '../domain/audit/types.ts'
import type { Verdict } from '../domain/tokens/types.ts'
import { appLinks, personLinks } from './links/index.ts'
import type { Finding, MailSubject } from './links/link.ts'
import { judgeToken } from './links/token.ts'
import type { SwitchedOff } from './types.ts'

/** The links that were looked at, up to the one that failed, if one did. */
export interface Decision {
  readonly links: readonly Link[]
  readonly failed: LinkName | undefined
  /** Of a protocol that is switched off, where that is told on the wire. */
  readonly switchedOff?: SwitchedOff | undefined
  readonly mend: readonly string[]
}

/** A link as {@link walk} takes it: what it is judged over is bound already. */
export interface Step {
  readonly name: LinkName
  readonly judge: () => Finding | Promise<Finding>
}

/** Judges one link after another until one fails. */
export async function walk(steps: Iterable<Step>): Promise<Decision> {
  const links: Link[] = []
  for (const { name, judge } of steps) {
    const finding = await judge()
    links.push({ name, ok: finding.ok, evidence: finding.evidence })
    if (!finding.ok) return { links, failed: name, switchedOff: finding.switchedOff, mend: finding.mend }
  }
  return { links, failed: undefined, mend: [] }
}

export const tokenStep = (shown: Verdict | 'password'): Step => ({ name: 'token', judge: () => judgeToken(shown) })

/** The steps from the audience to the mailbox's permission. */
export const mailSteps = (subject: MailSubject): readonly Step[] =>
  subject.kind === 'app'
    ? appLinks.map((link) => ({ name: link.name, judge: () => link.judge(subject) }))
    : personLinks.map((link) => ({ name: link.name, judge: () => link.judge(subject) }))
