import { isoDateTime } from '../../core/time.ts'
import type { SignInUser } from '../../domain/audit/types.ts'
import type { SignedIn } from '../../domain/authorization/types.ts'
import type { Tenant, User } from '../../domain/directory/types.ts'
import type { Attempt } from './attempt/attempt.ts'
import { type RequestingClient, appIn } from './client.ts'
import type { EntraDeps } from './deps.ts'
import { deny } from './errors/errors.ts'

/** A signed-in user, as the directory has them now. */
export interface Person {
  readonly signedIn: SignedIn
  readonly user: User
  readonly tenant: Tenant
}

/**
 * Returns the user for whom an app requests a token. Refuses a user who was removed, disabled or revoked.
 * `confidential`: the client has authenticated, so a changed password does not end its tokens
 * (docs/reference/identity.md §7.3).
 */
export async function personOf(
  deps: EntraDeps,
  signedIn: SignedIn,
  client: RequestingClient,
  { attempt, confidential }: { readonly attempt: Attempt; readonly confidential: boolean },
): Promise<Person> {
  const home = (await deps.directory.tenants.find(signedIn.tenant)) ?? deny(90002, signedIn.tenant)
  const user = await deps.directory.users.find(home.id, signedIn.user)
  if (!user) return deny(50034, signedIn.user, home.displayName)
  attempt.knows({ tenant: home, user: userOf(user) })
  await assertUsedAtHome(deps, client, home, user, attempt)
  if (!user.accountEnabled) deny(50057)
  if (wasRevoked(user, signedIn) || (!confidential && hasNewPassword(user, signedIn)))
    deny(50173, isoDateTime(signedIn.at))
  attempt.passed('user', `${user.userPrincipalName} is there, and their account is enabled.`)
  return { signedIn, user, tenant: home }
}

/** The user's home tenant decides. There are no guests. If the path names no tenant, it is known from here on. */
async function assertUsedAtHome(
  deps: EntraDeps,
  { tenant, app }: RequestingClient,
  home: Tenant,
  user: User,
  attempt: Attempt,
): Promise<void> {
  if (tenant && tenant.id !== home.id) {
    deny(90072, user.userPrincipalName, tenant.displayName, app.appId, app.displayName)
  }
  attempt.inTenant(home)
  await appIn(deps, home, app.appId, attempt)
}

export const wasRevoked = ({ signInsRevoked }: User, { at }: SignedIn): boolean =>
  signInsRevoked !== undefined && at <= signInsRevoked

export const hasNewPassword = ({ passwordChanged }: User, { at }: SignedIn): boolean =>
  passwordChanged !== undefined && at < passwordChanged

const userOf = ({ id, userPrincipalName, displayName }: User): SignInUser => ({ id, userPrincipalName, displayName })
