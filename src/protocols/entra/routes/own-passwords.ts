import { type Route, route } from '../../../core/http.ts'
import { runPageFlow } from '../people/page-flow.ts'
import type { People } from '../people/people.ts'
import { arrive } from '../people/sign-in.ts'

/** Where whoever a mailbox belongs to enables passwords for it again, as far as the retirement plan lets them. */
export const ownPasswordsRoute = (people: People): Route =>
  route('GET /:tenant/own-passwords', (http) =>
    runPageFlow(
      people,
      http,
      { kind: 'own-passwords', version: 'v2', tenant: http.params.tenant ?? '', query: http.query.toString() },
      arrive,
    ),
  )
