import { type Route, route } from '../../../core/http.ts'
import { FORM_LIMIT } from '../form.ts'
import { runPageFlow } from '../people/page-flow.ts'
import type { People } from '../people/people.ts'
import { arrive } from '../people/sign-in.ts'
import { repostAsGet } from './repost-as-get.ts'

const paths = [
  ['v2', '/oauth2/v2.0/authorize'],
  ['v1', '/oauth2/authorize'],
] as const

/** The authorization endpoints (contract/identity §1.3, §7.1). */
export const authorizeRoutes = (people: People): Route[] =>
  paths.flatMap(([version, path]) => [
    route(`GET /:tenant${path}`, (http) => {
      const told = {
        kind: 'authorize',
        version,
        tenant: http.params.tenant ?? '',
        query: http.query.toString(),
      } as const
      return runPageFlow(people, http, told, arrive)
    }),
    route(`POST /:tenant${path}`, async (http) => repostAsGet(http, path), { bodyLimit: FORM_LIMIT }),
  ])
