import type { HttpService } from '../../core/http.ts'
import { failed } from './answers.ts'
import type { GraphDeps } from './deps.ts'
import { errorOf } from './errors.ts'
import { bind } from './graph-route.ts'
import { keysAsSegments, unrouted } from './key-segments.ts'
import { graphRoutes } from './routes/index.ts'

/** Microsoft Graph's v1.0 API on Postern's directory. */
export const graphService = (deps: GraphDeps): HttpService => ({
  name: 'graph',
  routes: graphRoutes.map((route) => bind(deps, route)),
  owns: (path) => /^\/(v1\.0|beta)(\/|$)/i.test(path),
  rewrite: keysAsSegments,
  failure: (thrown, request) =>
    thrown === undefined ? unrouted(deps.world, graphRoutes, request) : failed(deps.world, request, errorOf(thrown)),
})
