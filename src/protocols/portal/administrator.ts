import { admittedAs, managesExchange } from '../../access/rights.ts'
import type { Access, Caller } from '../../access/types.ts'
import { bearerOf, bearerRoute, type HttpAnswer, type HttpRequest, type Route, type Verb } from '../../core/http.ts'
import { refuse } from '../../core/refusal.ts'
import type { PortalDeps } from './deps.ts'

export const GLOBAL_ADMINISTRATOR = '62e90394-69f5-4237-9190-012177145e10'
export const EXCHANGE_ADMINISTRATOR = '29232cdf-9323-42fd-ade2-1d097af3e4de'

type Signature = `${Verb} /postern/v1/${string}`
type Run = (request: HttpRequest, caller: Caller) => Promise<HttpAnswer>

/** A route for administrators. */
export const administratorRoute = (
  deps: { readonly access: Access },
  signature: Signature,
  run: Run,
  options: Pick<Route, 'bodyLimit'> = {},
): Route => bearerRoute(signature, async (request) => admittedAs(await administratorOf(deps, request)), run, options)

/** A route for Global Administrators of the first tenant. */
export const ownerRoute = (deps: Pick<PortalDeps, 'access' | 'directory'>, signature: Signature, run: Run): Route =>
  bearerRoute(signature, async (request) => admittedAs(await ownerOf(deps, request)), run)

/**
 * Who calls, by a token for Exchange. Refuses `not-allowed` unless it is an administrator: an app with
 * Exchange.ManageAsApp, or a person in an app with Exchange.Manage, and a directory role over every mailbox.
 */
async function administratorOf({ access }: { access: Access }, request: HttpRequest): Promise<Caller> {
  const { tenant } = request.params
  const caller = await access.authorize({
    bearer: bearerOf(request),
    authorization: request.headers.authorization,
    api: 'exchange',
    ...(tenant === undefined ? {} : { tenant }),
    from: request.from,
  })
  const role = isGlobalAdministrator(caller) || caller.directoryRoles.has(EXCHANGE_ADMINISTRATOR)
  if (role && managesExchange(caller)) return caller
  const named = caller.kind === 'app' ? `application ${caller.appId}` : `user ${caller.user.userPrincipalName}`
  return refuse('not-allowed', `The ${named} is no administrator of this organization.`)
}

/** Who calls, if it may do what concerns every tenant: a Global Administrator of the first one, the installation's own. */
async function ownerOf(deps: Pick<PortalDeps, 'access' | 'directory'>, request: HttpRequest): Promise<Caller> {
  const caller = await administratorOf(deps, request)
  const [first] = await deps.directory.tenants.all()
  if (first?.id === caller.tenant && isGlobalAdministrator(caller)) return caller
  return refuse('not-allowed', 'Only a Global Administrator of the first tenant does what concerns all of them.')
}

export const isGlobalAdministrator = (caller: Caller): boolean => caller.directoryRoles.has(GLOBAL_ADMINISTRATOR)
