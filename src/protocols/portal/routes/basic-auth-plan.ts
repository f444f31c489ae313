import { actorOf } from '../../../access/actor.ts'
import { type HttpRequest, type Route, route } from '../../../core/http.ts'
import { guid } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { administratorOf } from '../administrator.ts'
import { type Break, breaksBy, lastUsesIn } from '../basic-auth/plan.ts'
import { protocolNames } from '../basic-auth/report.ts'
import { changeFrom, shownPlan } from '../basic-auth/terms.ts'
import type { PortalDeps } from '../deps.ts'

const path = '/postern/v1/basic-auth-plan'

/** `New-`, `Get-`, `Set-`, `Remove-` and `Test-BasicAuthRetirementPlan`: in the tenant of whoever asks. */
export const basicAuthPlanRoutes = (deps: PortalDeps): readonly Route[] => [
  route(`GET ${path}`, async (request) => {
    const { tenant } = await administratorOf(deps, request)
    const plan = await deps.directory.retirementPlans.of(tenant)
    return { status: 200, body: { value: plan ? [shownPlan(plan)] : [] } }
  }),

  route(`POST ${path}`, async (request) => {
    const { tenant, plans } = await plansFor(deps, request)
    const { reEnable, dates = {}, waves = [], brownOuts = [], cutOff } = changeFrom(request.body)
    if (reEnable !== undefined || cutOff === undefined) {
      refuse('bad-syntax', 'A new plan has a cut-off date, and enables nothing again.')
    }
    const plan = await plans.create(tenant, { dates, waves, brownOuts, cutOff }, await lastUsesIn(deps, tenant))
    return { status: 201, body: shownPlan(plan) }
  }),

  route(`PATCH ${path}`, async (request) => {
    const { tenant, plans } = await plansFor(deps, request)
    return { status: 200, body: shownPlan(await plans.update(tenant, changeFrom(request.body))) }
  }),

  route(`DELETE ${path}`, async (request) => {
    const { tenant, plans } = await plansFor(deps, request)
    await plans.remove(tenant)
    return { status: 204 }
  }),

  route(`POST ${path}/dry-run`, async (request) => {
    const { tenant } = await administratorOf(deps, request)
    const { reEnable, ...terms } = changeFrom(request.body)
    if (reEnable !== undefined) refuse('bad-syntax', 'A dry run enables nothing again.')
    return { status: 200, body: { value: (await breaksBy(deps, tenant, terms)).map(shown) } }
  }),
]

/** Whose plans they are, and in whose name they are written. */
async function plansFor(deps: PortalDeps, request: HttpRequest) {
  const caller = await administratorOf(deps, request)
  return { tenant: caller.tenant, plans: deps.directory.by(actorOf(caller), guid(request.id)).retirementPlans }
}

const shown = ({ use, date, wave }: Break) => ({
  mailbox: use.mailbox,
  protocol: protocolNames[use.protocol],
  client: use.client,
  user: use.user,
  lastUsedDateTime: new Date(use.last).toISOString(),
  breaksDateTime: new Date(date).toISOString(),
  wave,
})
