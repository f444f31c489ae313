import { actorOf } from '../../../access/actor.ts'
import { type HttpRequest, type Route, route } from '../../../core/http.ts'
import { guid, type TenantId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import type { RetirementChange } from '../../../domain/directory/types.ts'
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
    const {
      reEnable,
      dates = {},
      waves = [],
      brownOuts = [],
      cutOff,
      ...further
    } = await changeIn(deps, tenant, request)
    if (reEnable !== undefined || cutOff === undefined) {
      refuse('bad-syntax', 'A new plan has a cut-off date, and enables nothing again.')
    }
    const plan = await plans.create(
      tenant,
      { dates, waves, brownOuts, cutOff, ...further },
      await lastUsesIn(deps, tenant),
    )
    return { status: 201, body: shownPlan(plan) }
  }),

  route(`PATCH ${path}`, async (request) => {
    const { tenant, plans } = await plansFor(deps, request)
    return { status: 200, body: shownPlan(await plans.update(tenant, await changeIn(deps, tenant, request))) }
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

/** Notices are left in mailboxes of this server, and go nowhere else. */
async function changeIn({ directory }: PortalDeps, tenant: TenantId, { body }: HttpRequest): Promise<RetirementChange> {
  const change = changeFrom(body)
  const { notifyAddress = '' } = change
  if (notifyAddress !== '' && !(await directory.mailboxes.findByAddress(tenant, notifyAddress))) {
    refuse('bad-syntax', `There is no mailbox '${notifyAddress.slice(0, 64)}' to be notified.`)
  }
  return change
}

/** Whose plans they are, and in whose name they are written. */
async function plansFor(deps: PortalDeps, request: HttpRequest) {
  const caller = await administratorOf(deps, request)
  return { tenant: caller.tenant, plans: deps.directory.by(actorOf(caller), guid(request.id)).retirementPlans }
}

const shown = ({ use, date, until, brownOut, wave }: Break) => ({
  breaksDateTime: new Date(date).toISOString(),
  untilDateTime: until === undefined ? null : new Date(until).toISOString(),
  what: brownOut ? 'brown-out' : 'end',
  wave: wave ? `unused for ${wave.unusedDays} days` : 'in use',
  mailbox: use.mailbox,
  protocol: protocolNames[use.protocol],
  client: use.client,
  addresses: use.addresses,
  user: use.user,
  lastUsedDateTime: new Date(use.last).toISOString(),
})
