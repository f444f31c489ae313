import type { AppId, TenantId } from '../core/ids.ts'
import { refuse } from '../core/refusal.ts'
import type { SignIn } from '../domain/audit/types.ts'
import type { AccessDeps } from './access.ts'
import { mailSteps, type Step, walk } from './decide.ts'
import { freshSubject } from './fresh.ts'
import { passed } from './links/link.ts'
import { signInOf } from './record.ts'
import type { Access } from './types.ts'

type Question = Parameters<Access['foresee']>[1]

/** Asks the links what they would say to the token that the app would be issued now. */
export async function foresee(deps: AccessDeps, tenant: TenantId, question: Question): Promise<SignIn> {
  const { mailbox: address, protocol } = question
  const appId = await appIdOf(deps, tenant, question.app)
  const subject = await freshSubject(deps, { tenant, appId, address, protocol })
  const { claims, facts } = subject
  const decision = await walk([freshToken(appId), ...mailSteps(subject)])
  const app = await facts.app()
  return signInOf(deps, { credential: { bearer: '' }, protocol, address, from: '', claims, decision, app }, tenant)
}

const freshToken = (appId: AppId): Step => ({
  name: 'token',
  judge: () => passed(`A fresh token of the app ${appId} is taken for granted.`),
})

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
