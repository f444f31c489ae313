import type { HttpService } from '../../core/http.ts'
import type { EntraDeps } from './deps.ts'
import { failureAnswer } from './failure.ts'
import { discoveryRoutes } from './routes/discovery.ts'
import { errorPageRoutes } from './routes/error-page.ts'
import { instanceRoutes } from './routes/instance.ts'
import { keyRoutes } from './routes/keys.ts'
import { tokenRoutes } from './routes/token.ts'

/** The identity platform over HTTP: tokens, and the documents by which clients find them. */
export const entraService = (deps: EntraDeps): HttpService => ({
  name: 'entra',
  routes: [
    ...tokenRoutes(deps),
    ...discoveryRoutes(deps),
    ...keyRoutes(deps),
    ...instanceRoutes(),
    ...errorPageRoutes(),
  ],
  owns: (path) => ownPath.test(path),
  failure: (thrown, request) => failureAnswer(deps.world, thrown, request),
})

const ownPath = /^\/(error$|[^/]*\/(oauth2|discovery|userrealm|\.well-known|adminconsent|kerberos|v2\.0)(\/|$))/i
