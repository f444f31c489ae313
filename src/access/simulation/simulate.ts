import type { AppId, TenantId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { SignIn } from '../../domain/audit/types.ts'
import type { User } from '../../domain/directory/types.ts'
import type { AccessDeps } from '../access.ts'
import { graphSteps, mailSteps, type Step, walk } from '../decide.ts'
import { senderStep } from './simulate-sender.ts'
import { freshGraphSubject, freshPersonSubject, freshSubject } from './fresh.ts'
import { passed, type Target } from '../checks/check.ts'
import { signInOf } from '../records/record.ts'
import type { Access } from '../types.ts'

type Question = Parameters<Access['simulate']>[1]

/** Asks the checks what they would say to the token that the app would be issued now, as itself or for a person. */
export async function simulate(deps: AccessDeps, tenant: TenantId, question: Question): Promise<SignIn> {
  const appId = await appIdOf(deps, tenant, question.app)
  const { mailbox: address, protocol, from } = question
  if (from !== undefined && protocol !== 'smtp') refuse('unsupported', 'From what address mail is, is asked over smtp.')
  if (protocol === 'graph') return simulateGraph(deps, { tenant, appId, address }, question)
  const opening = { tenant, appId, address, protocol }
  const user = question.user === undefined ? undefined : await userNamed(deps, tenant, question.user)
  const subject = user ? await freshPersonSubject(deps, opening, user) : await freshSubject(deps, opening)
  const { claims, facts } = subject
  const sender = from === undefined ? [] : [senderStep(deps, subject, from)]
  const decision = await walk([freshToken(appId, user), ...(await mailSteps(subject)), ...sender])
  const app = await facts.app()
  const wire = decision.failed === 'sendAs' ? await deniedWire(deps, subject, from!) : undefined
  const decided = { credential: { bearer: '' }, protocol, address, from: '', claims, decision, app }
  return signInOf(deps, { ...decided, ...(wire !== undefined && { wire }) }, tenant)
}

async function deniedWire({ deniedSenderWire }: AccessDeps, { mailbox }: Target, from: string): Promise<string> {
  const opened = await mailbox()
  return deniedSenderWire({ mailbox: opened?.primarySmtpAddress ?? '', from })
}

async function simulateGraph(
  deps: AccessDeps,
  opening: { readonly tenant: TenantId; readonly appId: AppId; readonly address: string },
  { user, permission = 'Mail.Read' }: Question,
): Promise<SignIn> {
  if (user !== undefined) refuse('unsupported', 'Over Graph it is simulated what an app may do as itself.')
  const subject = await freshGraphSubject(deps, opening, permission)
  const { claims, facts, address, protocol } = subject
  const decision = await walk([freshToken(opening.appId, undefined), ...(await graphSteps(subject))])
  const app = await facts.app()
  const asked = { credential: { bearer: '' }, protocol, address, from: '', claims, decision, app }
  return signInOf(deps, asked, opening.tenant)
}

const freshToken = (appId: AppId, user: User | undefined): Step => ({
  name: 'token',
  judge: () =>
    passed(
      `A fresh token of the app ${appId}${user ? ` for the user ${user.userPrincipalName}` : ''} is taken for granted.`,
    ),
})

const userNamed = async ({ directory }: AccessDeps, tenant: TenantId, named: string): Promise<User> =>
  (await directory.users.find(tenant, named)) ??
  refuse('no-such-thing', `There is no user '${named.slice(0, 64)}'`, { property: 'user' })

/** From any of its three ids: AppId, the app's own object id, or its service principal's. */
async function appIdOf({ directory }: AccessDeps, tenant: TenantId, named: string): Promise<AppId> {
  const found =
    (await directory.servicePrincipals.find(tenant, { appId: named })) ??
    (await directory.apps.find(tenant, { appId: named })) ??
    (await directory.apps.find(tenant, { id: named })) ??
    (await directory.servicePrincipals.find(tenant, { id: named }))
  return (
    found?.appId ?? refuse('no-such-thing', `There is no app with the id '${named.slice(0, 64)}'`, { property: 'app' })
  )
}
