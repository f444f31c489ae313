import type { TenantId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { User } from '../../domain/directory/types.ts'
import type { AccessDeps } from '../deps.ts'
import { type Decision, type Step, runChecks } from '../decide.ts'
import { mailboxFact } from '../facts.ts'
import { type CheckResult, passed } from '../checks/check.ts'
import { afterUser, basicStep, judgePassword, type PasswordCheckRequest } from './steps.ts'
import { turningPoints } from '../revocation/planned-end.ts'
import { signInOf } from '../records/record.ts'
import type { Access, PasswordSimulated } from '../types.ts'

type SimulatePasswordRequest = Parameters<Access['simulatePassword']>[1]

/** Runs the checks for a correct password, now and at each time at which the retirement plan changes the result. */
export async function simulatePassword(
  deps: AccessDeps,
  tenant: TenantId,
  request: SimulatePasswordRequest,
): Promise<PasswordSimulated> {
  const { directory, world } = deps
  const { protocol, mailbox: address } = request
  const mailbox = mailboxFact(directory, tenant, address)
  const found = await mailbox()
  const name = request.user ?? found?.userPrincipalName ?? address
  const user = await directory.users.find(tenant, name)
  if (request.user !== undefined && !user) {
    refuse('no-such-thing', `There is no user '${name.slice(0, 64)}'`, { property: 'user' })
  }
  const passwordRequest = { tenant, user, name, protocol, address, mailbox, rule: deps.basic }
  const decideAt = (at: number) => runChecks(stepsOf(deps, { ...passwordRequest, world: { now: () => at } }))

  const decision = await decideAt(world.now())
  const plan = await directory.retirementPlans.of(tenant)
  const changes: PasswordSimulated['changes'][number][] = []
  let last = decision
  for (const at of plan && found ? turningPoints(plan, found, { protocol, now: world.now() }) : []) {
    const next = await decideAt(at)
    if (evidenceOf(next) !== evidenceOf(last)) {
      changes.push({ at, outcome: next.failed ? 'refused' : 'granted', evidence: evidenceOf(next) })
    }
    last = next
  }
  const person = { tenant, user, name }
  const given = { credential: { password: '' }, protocol, address, from: '', claims: undefined, person, decision }
  return { signIn: signInOf(deps, given, tenant), changes }
}

/** The decision of the retirement plan and the policies. */
const evidenceOf = ({ checks, failed }: Decision): string =>
  (failed ? checks.at(-1) : checks.find(({ name }) => name === 'basicAuthentication'))?.evidence ?? ''

function stepsOf({ directory }: AccessDeps, passwordRequest: PasswordCheckRequest): readonly Step[] {
  const { user, name } = passwordRequest
  const password: Step = { name: 'user', judge: () => judgeOwner(user, name) }
  const further = user ? afterUser({ ...passwordRequest, user }, directory) : []
  return [basicStep(passwordRequest, directory), password, ...further]
}

function judgeOwner(user: User | undefined, name: string): CheckResult {
  if (!user?.accountEnabled) return judgePassword({ ok: false, because: user ? 'disabled' : 'unknown', user }, name)
  return passed(
    `The simulation assumes the correct password of the user ${user.userPrincipalName} (${user.id}), who is enabled.`,
  )
}
