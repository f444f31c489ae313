import { admittedAs } from '../../access/rights.ts'
import type { Access, Caller } from '../../access/types.ts'
import { bearerOf, bearerRoute, type HttpAnswer, type HttpRequest, type Route, type Verb } from '../../core/http.ts'
import { refuse } from '../../core/refusal.ts'
import type { PortalDeps } from './deps.ts'
import { actsAsOperator, mayAdminister } from '../../access/admin/decide.ts'

type Signature = `${Verb} /postern/v1/${string}`
type Run = (request: HttpRequest, caller: Caller) => Promise<HttpAnswer>

/** A route for administrators. */
export const administratorRoute = (
  deps: { readonly access: Access },
  signature: Signature,
  run: Run,
  options: Pick<Route, 'bodyLimit'> = {},
): Route => bearerRoute(signature, async (request) => admittedAs(await administratorOf(deps, request)), run, options)

/** A route for the operator: Global Administrators of the first tenant. */
export const operatorRoute = (deps: Pick<PortalDeps, 'access' | 'directory'>, signature: Signature, run: Run): Route =>
  bearerRoute(signature, async (request) => admittedAs(await operatorOf(deps, request)), run)

/** The caller, by a token for Exchange. Refuses `not-allowed` unless they administer the tenant (access/admin). */
async function administratorOf({ access }: { access: Access }, request: HttpRequest): Promise<Caller> {
  const { tenant } = request.params
  const caller = await access.authorize({
    bearer: bearerOf(request),
    authorization: request.headers.authorization,
    api: 'exchange',
    ...(tenant === undefined ? {} : { tenant }),
    from: request.from,
  })
  if (mayAdminister('administerTenant', caller)) return caller
  const named = caller.kind === 'app' ? `application ${caller.appId}` : `user ${caller.user.userPrincipalName}`
  return refuse('not-allowed', `The ${named} is no administrator of this organization.`)
}

/** The caller, if they may make calls that concern every tenant. */
async function operatorOf(deps: Pick<PortalDeps, 'access' | 'directory'>, request: HttpRequest): Promise<Caller> {
  const caller = await administratorOf(deps, request)
  if (await actsAsOperator(deps.directory, 'administerServer', caller)) return caller
  return refuse('not-allowed', 'Only a Global Administrator of the first tenant does what concerns all of them.')
}
