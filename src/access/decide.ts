import type { Check, CheckName } from '../domain/audit/types.ts'
import type { Verdict } from '../domain/tokens/types.ts'
import { applicationAccessPolicy, opensPastPolicies } from './checks/application-access-policy.ts'
import { comesByAssignment } from './checks/assignments.ts'
import {
  appChecks,
  assignedChecks,
  assignedGraphChecks,
  graphChecks,
  graphPersonChecks,
  personChecks,
} from './checks/index.ts'
import type {
  CheckOfDecision,
  CheckResult,
  GraphPersonSubject,
  GraphSubject,
  MailSubject,
  Subject,
} from './checks/check.ts'
import { judgeToken } from './checks/user.ts'
import type { SwitchedOff } from './types.ts'

/** The checks that ran, up to the one that failed. */
export interface Decision {
  readonly checks: readonly Check[]
  readonly failed: CheckName | undefined
  /** Set if the reply says that the protocol is disabled. */
  readonly switchedOff?: SwitchedOff | undefined
  readonly fix: readonly string[]
}

/** A check for {@link runChecks}, with its facts already bound. */
export interface Step {
  readonly name: CheckName
  readonly judge: () => CheckResult | Promise<CheckResult>
}

/** Runs one check after another until one fails. */
export async function runChecks(steps: Iterable<Step>): Promise<Decision> {
  const checks: Check[] = []
  for (const { name, judge } of steps) {
    const finding = await judge()
    checks.push({ name, ok: finding.ok, evidence: finding.evidence })
    if (!finding.ok) return { checks, failed: name, switchedOff: finding.switchedOff, fix: finding.fix }
  }
  return { checks, failed: undefined, fix: [] }
}

export const tokenStep = (shown: Verdict, bearer?: string): Step => ({
  name: 'token',
  judge: () => judgeToken(shown, bearer),
})

/** The steps from the audience to the mailbox permission, or to the management scope that replaces it. */
export async function mailSteps(subject: MailSubject): Promise<readonly Step[]> {
  if (subject.kind === 'user') return bound(personChecks, subject)
  const assigned = subject.protocol === 'smtp' && (await comesByAssignment(subject))
  return bound(assigned ? assignedChecks : appChecks, subject)
}

/**
 * The checks from the audience to the grant: a consent that policies allow, or a role with the mailbox in its scope.
 * The two add up, and policies restrict consents only (docs/reference/exchange-admin.md §6, §7,
 * docs/decisions/access-policies.md).
 */
export async function graphSteps(subject: GraphSubject | GraphPersonSubject): Promise<readonly Step[]> {
  if (subject.kind === 'user') return bound(graphPersonChecks, subject)
  if ((await comesByAssignment(subject)) || (await opensPastPolicies(subject))) {
    return bound(assignedGraphChecks, subject)
  }
  const policies = await subject.facts.accessPolicies()
  return bound(policies.length > 0 ? [...graphChecks, applicationAccessPolicy] : graphChecks, subject)
}

const bound = <S extends Subject>(checks: readonly CheckOfDecision<S>[], subject: S): readonly Step[] =>
  checks.map((check) => ({ name: check.name, judge: () => check.judge(subject) }))
