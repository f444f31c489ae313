import { roleFor } from '../../../access/checks/assignments.ts'
import { admittedAs } from '../../../access/rights.ts'
import type { Caller } from '../../../access/types.ts'
import type { Cmdlet } from '../../../cmdlets/cmdlet.ts'
import {
  enableOwnBasicAuth,
  newBasicAuthRetirementPlan,
  removeBasicAuthRetirementPlan,
  setBasicAuthRetirementPlan,
} from '../../../cmdlets/postern/basic-auth.ts'
import { bearerOf, bearerRoute, type HttpAnswer, type HttpRequest, type Route } from '../../../core/http.ts'
import type { TenantId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { DAY, isoDateTime } from '../../../core/time.ts'
import type { RetirementChange, RetirementPlans } from '../../../domain/directory/types.ts'
import { administratorRoute } from '../administrator.ts'
import { type Break, breaksBy, lastUsesIn } from '../basic-auth/plan.ts'
import { changeFrom, momentOf, protocolToEnable, replacementOf, shownPlan } from '../basic-auth/terms.ts'
import {
  type BasicProgram,
  basicProtocols,
  basicUses,
  type BasicUsesRequest,
  programsOf,
  protocolNames,
} from '../basic-auth/report.ts'
import type { PortalDeps } from '../deps.ts'
import { directoryOf, recorded } from '../on-record.ts'

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

const DEFAULT_DAYS = 90
const MOST_DAYS = 3650
/** The resource whose permissions let apps into mailboxes. */
const EXCHANGE = 'https://outlook.office365.com'

/** `Get-BasicAuthReport`, in the caller's tenant. */
export const basicAuthReportRoute = (deps: PortalDeps): Route =>
  administratorRoute(deps, 'GET /postern/v1/basic-auth-report', async (request, { tenant }) => {
    const uses = await basicUses(deps, tenant, requested(request, deps.world.now()))
    const exchange = await deps.directory.servicePrincipals.findResource(tenant, EXCHANGE)
    const shown = (program: BasicProgram) => {
      const { words, commands } = replacementOf(program, tenant, exchange)
      return { ...inWords(program), replacement: words, commands }
    }
    return { status: 200, body: { value: programsOf(uses).map(shown) } }
  })

function requested({ query }: HttpRequest, now: number): BasicUsesRequest {
  const since = query.get('since')
  const days = query.get('days') ?? (since === null ? String(DEFAULT_DAYS) : String(daysSince(since, now)))
  if (since !== null && query.has('days')) refuse('bad-syntax', 'It is asked for so many days, or since a date.')
  if (!/^\d{1,4}$/.test(days) || Number(days) < 1 || Number(days) > MOST_DAYS) {
    const expected =
      since === null
        ? `The number of days is one from 1 to ${MOST_DAYS}.`
        : `The date is today or within the last ${MOST_DAYS} days.`
    refuse('bad-syntax', expected)
  }
  return { days: Number(days), mailbox: query.get('mailbox') ?? undefined, protocol: protocolOf(query.get('protocol')) }
}

/** Uses are counted by day, in UTC: today is one. */
const daysSince = (since: string, now: number): number => Math.floor(now / DAY) - Math.floor(momentOf(since) / DAY) + 1

function protocolOf(word: string | null) {
  if (word === null) return undefined
  const found = Object.entries(basicProtocols).find(([name]) => name === word)
  return found?.[1] ?? refuse('bad-syntax', `The protocol is one of ${Object.keys(basicProtocols).join(', ')}.`)
}

const inWords = ({ protocols, last, ...program }: BasicProgram) => ({
  ...program,
  protocol: protocols.map((protocol) => protocolNames[protocol]).join(', '),
  lastUsedDateTime: isoDateTime(last),
})

/**
 * `Enable-OwnBasicAuth`: the owner of a mailbox enables a retired protocol for it again, with their own token in an app
 * that may open the mailbox over that protocol. docs/reference/exchange-admin.md §10.2: once per protocol.
 */
export const ownBasicAuthRoute = (deps: PortalDeps): Route =>
  bearerRoute(
    'POST /postern/v1/own-basic-auth',
    async (request) =>
      admittedAs(await deps.access.authorize({ bearer: bearerOf(request), api: 'exchange', from: request.from })),
    async (request, caller) => {
      const word = protocolToEnable(request.body)
      const { delegated } = roleFor[basicProtocols[word]]
      if (caller.kind !== 'user' || !caller.scopes.has(delegated)) {
        return refuse('not-allowed', `That takes a token of the person whose mailbox it is, with ${delegated}.`)
      }
      const { tenant, user } = caller
      const found = await deps.directory.mailboxes.find(tenant, user.id)
      const mailbox =
        found?.externalDirectoryObjectId === user.id
          ? found
          : refuse('no-such-thing', `The user ${user.userPrincipalName} has no mailbox.`)
      const by = { directory: deps.directory, request, caller, cmdlet: enableOwnBasicAuth }
      const { cutOff } = await directoryOf(by).retirementPlans.reEnableOwn(tenant, mailbox, word)
      return {
        status: 200,
        body: { mailbox: mailbox.primarySmtpAddress, protocol: word, untilDateTime: isoDateTime(cutOff) },
      }
    },
  )
