import type { HttpRequest } from '../../../core/http.ts'
import type { EntraDeps } from '../deps.ts'
import { hasNewPassword, type Person, wasRevoked } from '../person.ts'
import { sessionCookieOf } from './browser.ts'

/** Who is signed in with this browser. Nobody whose account was switched off, or whose password changed or sign-ins were revoked since. */
export async function signedInHere(
  deps: Pick<EntraDeps, 'authorizations' | 'directory'>,
  http: HttpRequest,
): Promise<Person | undefined> {
  const cookie = sessionCookieOf(http)
  const signedIn = cookie === undefined ? undefined : await deps.authorizations.sessions.find(cookie)
  if (!signedIn) return undefined
  const user = await deps.directory.users.find(signedIn.tenant, signedIn.user)
  const tenant = await deps.directory.tenants.find(signedIn.tenant)
  if (!tenant || !user?.accountEnabled) return undefined
  if (wasRevoked(user, signedIn) || hasNewPassword(user, signedIn)) return undefined
  return { signedIn, user, tenant }
}
