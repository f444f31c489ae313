import { mayAdminister } from '../../access/admin/decide.ts'
import type { AdminOperation } from '../../access/admin/operations.ts'
import { actorOf, admittedAs } from '../../access/rights.ts'
import type { Access, Caller } from '../../access/types.ts'
import { conjuncts, type ODataFilter } from '../../codecs/odata/filter.ts'
import { bearerOf, bearerRoute, type HttpAnswer, type HttpRequest, type Route, type Verb } from '../../core/http.ts'
import { guid } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { World } from '../../core/world.ts'
import type { SignIns } from '../../domain/audit/types.ts'
import type { Directory } from '../../domain/directory/types.ts'
import { clientRequestId } from './answers.ts'
import type { GraphMailDeps } from './mail/mail-route.ts'
import type { SubscriptionDeps } from './subscriptions/subscription-routes.ts'
import { badRequest, UNPRIVILEGED } from './errors.ts'

/** The caller, its tenant's directory, and the request. */
export interface GraphCall {
  readonly caller: Caller
  /** The audit log names the caller for its changes. */
  readonly directory: Directory
  readonly signIns: SignIns
  readonly request: HttpRequest
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly strict: boolean
}

/** A route of `/v1.0` as data. */
export interface GraphRoute {
  readonly verb: Verb
  readonly path: `/${string}`
  readonly needs: AdminOperation
  /** True if only users can call it. */
  readonly forPeople?: true
  /** Returns true if the call concerns the caller's own objects, and so needs no permission. */
  readonly exempts?: (call: GraphCall) => Promise<boolean>
  readonly run: (call: GraphCall) => Promise<HttpAnswer>
}

/** The dependencies of the Graph API. */
export interface GraphDeps extends GraphMailDeps, SubscriptionDeps {
  readonly access: Access
  readonly directory: Directory
  readonly signIns: SignIns
  readonly world: World
  /** True to refuse what Graph refuses, even if no client relies on it. */
  readonly strict: boolean
}

/** `graphRoute('GET /users', { needs: 'readUsers', run })` */
export function graphRoute(signature: `${Verb} /${string}`, parts: Omit<GraphRoute, 'verb' | 'path'>): GraphRoute {
  const [verb, path] = signature.split(' ') as [Verb, `/${string}`]
  return { verb, path, ...parts }
}

/** Adds the check of the caller to a route. */
export const bind = ({ access, directory, signIns, world, strict }: GraphDeps, graph: GraphRoute): Route =>
  bearerRoute(
    `${graph.verb} /v1.0${graph.path}`,
    async (request) =>
      admittedAs(
        await access.authorize({
          bearer: bearerOf(request),
          authorization: request.headers.authorization,
          api: 'graph',
          from: request.from,
        }),
      ),
    async (request, caller) => {
      const call = {
        caller,
        directory: directory.by(actorOf(caller), guid(clientRequestId(request))),
        signIns,
        request,
        now: world.now(),
        strict,
      }
      if (graph.forPeople && caller.kind === 'app') refuseApp()
      if (!mayAdminister(graph.needs, caller) && !(await graph.exempts?.(call))) refuseUnprivileged()
      return graph.run(call)
    },
  )

/** docs/reference/graph-mail.md §1.1 */
const refuseApp = (): never => badRequest('/me request is only valid with delegated authentication flow.')

export const refuseUnprivileged = (): never => refuse('not-allowed', UNPRIVILEGED)

/**
 * Returns the time span that a filter demands of a property. Times are shown in whole seconds, so an object may be up
 * to a second later than shown.
 */
export function timeBounds(filter: ODataFilter | undefined, property: string): { from?: number; until?: number } {
  const bounds: { from?: number; until?: number } = {}
  for (const part of filter === undefined ? [] : conjuncts(filter)) {
    if (!('value' in part) || !(part.value instanceof Date)) continue
    if (part.path.join('/').toLowerCase() !== property.toLowerCase()) continue
    const at = part.value.getTime()
    if (['ge', 'gt', 'eq'].includes(part.kind)) bounds.from = at
    if (['le', 'lt', 'eq'].includes(part.kind)) bounds.until = at + 1000
  }
  return bounds
}
