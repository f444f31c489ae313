import type { Link, LinkName } from '../domain/audit/types.ts'
import type { Verdict } from '../domain/tokens/types.ts'
import { applicationAccessPolicy, opensPastPolicies } from './links/application-access-policy.ts'
import { comesByAssignment } from './links/assignments.ts'
import { appLinks, assignedGraphLinks, assignedLinks, graphLinks, personLinks } from './links/index.ts'
import type { Finding, GraphSubject, LinkOfDecision, MailSubject, Subject } from './links/link.ts'
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

export const tokenStep = (shown: Verdict): Step => ({ name: 'token', judge: () => judgeToken(shown) })

/** The steps from the audience to the mailbox's permission, or to the scope of the roles that stand for it. */
export async function mailSteps(subject: MailSubject): Promise<readonly Step[]> {
  if (subject.kind === 'user') return bound(personLinks, subject)
  const assigned = subject.protocol === 'smtp' && (await comesByAssignment(subject))
  return bound(assigned ? assignedLinks : appLinks, subject)
}

/**
 * The steps from the audience to what lets the app in, a consent within its policies or a role over its scope: the two add
 * up, and policies restrict the first alone (contract/exchange-admin §6, §7, docs/decisions/access-policies.md).
 */
export async function graphSteps(subject: GraphSubject): Promise<readonly Step[]> {
  if ((await comesByAssignment(subject)) || (await opensPastPolicies(subject))) {
    return bound(assignedGraphLinks, subject)
  }
  const policies = await subject.facts.accessPolicies()
  return bound(policies.length > 0 ? [...graphLinks, applicationAccessPolicy] : graphLinks, subject)
}

const bound = <S extends Subject>(links: readonly LinkOfDecision<S>[], subject: S): readonly Step[] =>
  links.map((link) => ({ name: link.name, judge: () => link.judge(subject) }))
