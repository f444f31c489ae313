import type { HttpRequest } from '../../../core/http.ts'
import { cookieOf, removeCookie, setCookie } from '../../../web/cookies.ts'
import type { EntraDeps } from '../deps.ts'
import { hasNewPassword, type Person, wasRevoked } from '../person.ts'

/**
 * The cookie of a browser that is signed in. It is `SameSite=Lax` (web/cookies.ts), so a hidden frame of another site
 * with `prompt=none` is not signed in, as in browsers that block third-party cookies.
 */
const SESSION = '__Host-postern-session'

export const sessionCookieOf = (request: HttpRequest): string | undefined => cookieOf(request, SESSION)

export const sessionHeaders = (value: string) => setCookie(SESSION, value)

export const noSessionHeaders = removeCookie(SESSION)

/**
 * Returns the person who is signed in with this browser. A session does not count if the account is disabled, the
 * password has changed, or the sign-ins were revoked since.
 */
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
