import type { AppId, ServicePrincipalId, TenantId } from '../core/ids.ts'
import { refuse } from '../core/refusal.ts'
import type { SignIn } from '../domain/audit/types.ts'
import { exchangeOnline } from '../domain/directory/well-known/exchange-online.ts'
import type { AccessDeps } from './access.ts'
import { mailSteps, type Step, walk } from './decide.ts'
import { callerFacts, mailboxFact } from './facts.ts'
import { type MailSubject, passed } from './links/link.ts'
import { signInOf } from './record.ts'
import type { Access } from './types.ts'

type Question = Parameters<Access['foresee']>[1]

/** Asks the links what they would say to the token that the app would be issued now. */
export async function foresee(deps: AccessDeps, tenant: TenantId, question: Question): Promise<SignIn> {
  const { directory } = deps
  const { mailbox: address, protocol } = question
  const appId = await appIdOf(deps, tenant, question.app)
  const principal = await directory.servicePrincipals.find(tenant, { appId })
  const app = await directory.apps.identify(appId)
  const claims = {
    tid: tenant,
    appid: appId,
    app_displayname: app?.displayName ?? principal?.displayName ?? appId,
    // Without a service principal there is no token; the link of that name says so.
    oid: principal?.id ?? ('' as ServicePrincipalId),
    aud: exchangeOnline.identifiers[0]!,
    roles: principal ? await directory.assignments.roles(tenant, principal.id, exchangeOnline.appId) : [],
  }
  const subject: MailSubject = {
    directory,
    rules: deps.rules,
    facts: callerFacts(directory, claims),
    claims,
    foreseen: true,
    protocol,
    address,
    mailbox: mailboxFact(directory, tenant, address),
  }
  const decision = await walk([freshToken(appId), ...mailSteps(subject)])
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
