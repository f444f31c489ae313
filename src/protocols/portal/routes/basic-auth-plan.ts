import { isoDateTime } from '../../../core/time.ts'
import type { Caller } from '../../../access/types.ts'
import type { Cmdlet } from '../../../cmdlets/cmdlet.ts'
import {
  newBasicAuthRetirementPlan,
  removeBasicAuthRetirementPlan,
  setBasicAuthRetirementPlan,
} from '../../../cmdlets/postern/basic-auth.ts'
import type { HttpAnswer, HttpRequest, Route } from '../../../core/http.ts'
import type { TenantId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import type { RetirementChange, RetirementPlans } from '../../../domain/directory/types.ts'
import { administratorRoute } from '../administrator.ts'
import { type Break, breaksBy, lastUsesIn } from '../basic-auth/plan.ts'
import { protocolNames } from '../basic-auth/report.ts'
import { changeFrom, shownPlan } from '../basic-auth/terms.ts'
import type { PortalDeps } from '../deps.ts'
import { recorded } from '../on-record.ts'

const path = '/postern/v1/basic-auth-plan'

/** `New-`, `Get-`, `Set-`, `Remove-` and `Test-BasicAuthRetirementPlan`, in the caller's tenant. */
export const basicAuthPlanRoutes = (deps: PortalDeps): readonly Route[] => [
  administratorRoute(deps, `GET ${path}`, async (_, { tenant }) => {
    const plan = await deps.directory.retirementPlans.of(tenant)
    return { status: 200, body: { value: plan ? [shownPlan(plan)] : [] } }
  }),

  administratorRoute(deps, `POST ${path}`, (request, caller) =>
    changing(deps, { request, caller, cmdlet: newBasicAuthRetirementPlan }, async (tenant, plans) => {
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
      const terms = { dates, waves, brownOuts, cutOff, ...further }
      return { status: 201, body: shownPlan(await plans.create(tenant, terms, await lastUsesIn(deps, tenant))) }
    }),
  ),

  administratorRoute(deps, `PATCH ${path}`, (request, caller) =>
    changing(deps, { request, caller, cmdlet: setBasicAuthRetirementPlan }, async (tenant, plans) => {
      const change = await changeIn(deps, tenant, request)
      return { status: 200, body: shownPlan(await plans.update(tenant, change)) }
    }),
  ),

  administratorRoute(deps, `DELETE ${path}`, (request, caller) =>
    changing(deps, { request, caller, cmdlet: removeBasicAuthRetirementPlan }, async (tenant, plans) => {
      await plans.remove(tenant)
      return { status: 204 }
    }),
  ),

  administratorRoute(deps, `POST ${path}/dry-run`, async (request, { tenant }) => {
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

/** Whose plans they are, and by which cmdlet they are written. */
async function changing(
  { directory }: PortalDeps,
  by: { readonly request: HttpRequest; readonly caller: Caller; readonly cmdlet: Cmdlet },
  change: (tenant: TenantId, plans: RetirementPlans) => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  return recorded({ directory, ...by }, ({ retirementPlans }) => change(by.caller.tenant, retirementPlans))
}

const shown = ({ use, date, until, brownOut, wave }: Break) => ({
  breaksDateTime: isoDateTime(date),
  untilDateTime: until === undefined ? null : isoDateTime(until),
  what: brownOut ? 'brown-out' : 'end',
  wave: wave ? `unused for ${wave.unusedDays} days` : 'in use',
  mailbox: use.mailbox,
  protocol: protocolNames[use.protocol],
  client: use.client,
  addresses: use.addresses,
  user: use.user,
  lastUsedDateTime: isoDateTime(use.last),
})
