import type { Route } from '../../../core/http.ts'
import type { EntraDeps } from '../deps.ts'
import { createPeople } from '../people/people.ts'
import { adminConsentRoutes } from './admin-consent.ts'
import { authorizeRoutes } from './authorize.ts'
import { deviceLoginRoutes } from './device-login.ts'
import { errorPageRoutes } from './error-page.ts'
import { logoutRoutes } from './logout.ts'
import { nativeClientRoutes } from './native-client.ts'
import { ownPasswordsRoute } from './own-passwords.ts'
import { signInRoutes } from './sign-in.ts'

/** What people see. */
export function peopleRoutes(deps: EntraDeps): Route[] {
  const people = createPeople(deps)
  return [
    ...authorizeRoutes(people),
    ...adminConsentRoutes(people),
    ...signInRoutes(people),
    ...deviceLoginRoutes(people),
    ...logoutRoutes(people),
    ownPasswordsRoute(people),
    ...nativeClientRoutes(),
    ...errorPageRoutes(),
  ]
}
