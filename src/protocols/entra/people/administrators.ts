import type { Directory } from '../../../domain/directory/types.ts'
import { correlationOf } from '../attempt/correlation.ts'
import type { EntraDeps } from '../deps.ts'
import type { Person } from '../person.ts'
import type { BrowserRequest } from './browser-request.ts'

/** Template ids of directory roles (docs/reference/identity.md §6). */
const GLOBAL_ADMINISTRATOR = '62e90394-69f5-4237-9190-012177145e10'
const PRIVILEGED_ROLE_ADMINISTRATOR = 'e8611ab8-c189-46e8-94e1-60213ab1f814'
const APPLICATION_ADMINISTRATOR = '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3'
const CLOUD_APPLICATION_ADMINISTRATOR = '158c047a-c907-4556-b7ef-446551a6b5f7'

/** The roles that may grant application permissions of any resource, Microsoft Graph included. */
const forAnything = [GLOBAL_ADMINISTRATOR, PRIVILEGED_ROLE_ADMINISTRATOR]
const forMost = [...forAnything, APPLICATION_ADMINISTRATOR, CLOUD_APPLICATION_ADMINISTRATOR]

/**
 * Returns true if the user may consent for all users: to delegated permissions, and to application permissions except
 * Graph's.
 */
export const mayConsentForAll = (deps: EntraDeps, person: Person): Promise<boolean> => holdsOne(deps, person, forMost)

/** An application permission of Microsoft Graph can lead to any other one, so fewer roles may grant it. */
export const mayGrantGraph = (deps: EntraDeps, person: Person): Promise<boolean> => holdsOne(deps, person, forAnything)

async function holdsOne({ directory }: EntraDeps, { tenant, user }: Person, wanted: readonly string[]) {
  const held = await directory.directoryRoles.of(tenant.id, user.id)
  return held.some((role) => wanted.includes(role))
}

/** Returns the directory; the audit log names the user for its changes. */
export function actingAs({ people, http }: BrowserRequest, { user: { id, userPrincipalName } }: Person): Directory {
  const actor = { kind: 'user', id, userPrincipalName, appId: undefined } as const
  return people.deps.directory.by(actor, correlationOf(http))
}
