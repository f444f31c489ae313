import type { Caller } from '../../access/types.ts'
import { bearerOf, type HttpAnswer, type HttpRequest, type Route, route, type Verb } from '../../core/http.ts'
import { refuse } from '../../core/refusal.ts'
import type { Directory } from '../../domain/directory/types.ts'
import type { GraphDeps } from './deps.ts'

/** What a route's work is given: who calls, and the tenant's directory. */
export interface GraphCall {
  readonly caller: Caller
  readonly directory: Directory
  readonly request: HttpRequest
}

/** A route of `/v1.0` as data. */
export interface GraphRoute {
  readonly verb: Verb
  readonly path: `/${string}`
  /** Application permissions, any one of which is enough. */
  readonly needs: readonly string[]
  readonly run: (call: GraphCall) => Promise<HttpAnswer>
}

/** `graphRoute('GET /users', { needs: readUsers, run })` */
export function graphRoute(signature: `${Verb} /${string}`, parts: Pick<GraphRoute, 'needs' | 'run'>): GraphRoute {
  const [verb, path] = signature.split(' ') as [Verb, `/${string}`]
  return { verb, path, ...parts }
}

/** Puts the check of the caller in front of a route. */
export const bind = ({ access, directory }: GraphDeps, { verb, path, needs, run }: GraphRoute): Route =>
  route(`${verb} /v1.0${path}`, async (request) => {
    const caller = await access.authorize({ bearer: bearerOf(request), api: 'graph', from: request.from })
    if (!needs.some((role) => caller.roles.has(role))) {
      refuse('not-allowed', 'Insufficient privileges to complete the operation.')
    }
    return run({ caller, directory, request })
  })
