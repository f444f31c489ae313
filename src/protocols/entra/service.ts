import type { HttpService } from '../../core/http.ts'
import type { EntraDeps } from './deps.ts'
import { failureAnswer } from './errors/failure.ts'
import { failedPage, isPage } from './pages/notice-pages.ts'
import { deviceCodeRoutes } from './routes/devicecode.ts'
import { discoveryRoutes, instanceRoutes, keyRoutes } from './routes/discovery.ts'
import { peopleRoutes } from './routes/browser-pages.ts'
import { tokenRoutes } from './routes/token.ts'
import { userInfoRoutes, userRealmRoutes } from './routes/userinfo.ts'

/** The identity platform over HTTP: tokens, discovery documents, sign-in pages. */
export const entraService = (deps: EntraDeps): HttpService => ({
  name: 'entra',
  routes: [
    ...tokenRoutes(deps),
    ...deviceCodeRoutes(deps),
    ...userInfoRoutes(deps),
    ...userRealmRoutes(deps),
    ...discoveryRoutes(deps),
    ...keyRoutes(deps),
    ...instanceRoutes(),
    ...peopleRoutes(deps),
  ],
  owns: (path) => ownPath.test(path),
  failure: (thrown, request) =>
    thrown !== undefined && isPage(request.path)
      ? failedPage(deps.world, thrown, request)
      : failureAnswer(deps.world, thrown, request),
})

const ownPath =
  /^\/(error$|devicelogin$|sign-in\/|oidc(\/|$)|[^/]*\/(oauth2|discovery|userrealm|\.well-known|adminconsent|own-passwords|kerberos|v2\.0)(\/|$))/i
