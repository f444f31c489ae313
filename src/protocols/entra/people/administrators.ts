import type { Directory } from '../../../domain/directory/types.ts'
import { correlationOf } from '../attempt/correlation.ts'
import type { EntraDeps } from '../deps.ts'
import type { Person } from '../person.ts'
import type { BrowserRequest } from './browser-request.ts'

/** Templates of directory roles (docs/reference/identity.md §6). */
const GLOBAL_ADMINISTRATOR = '62e90394-69f5-4237-9190-012177145e10'
const PRIVILEGED_ROLE_ADMINISTRATOR = 'e8611ab8-c189-46e8-94e1-60213ab1f814'
const APPLICATION_ADMINISTRATOR = '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3'
const CLOUD_APPLICATION_ADMINISTRATOR = '158c047a-c907-4556-b7ef-446551a6b5f7'

/** Who may give application permissions of any resource, Microsoft Graph's included. */
const forAnything = [GLOBAL_ADMINISTRATOR, PRIVILEGED_ROLE_ADMINISTRATOR]
const forMost = [...forAnything, APPLICATION_ADMINISTRATOR, CLOUD_APPLICATION_ADMINISTRATOR]

/** Whether the person may consent for everybody, to delegated permissions and to application permissions but Graph's. */
export const mayConsentForAll = (deps: EntraDeps, person: Person): Promise<boolean> => holdsOne(deps, person, forMost)

/** Application permissions of Microsoft Graph may lead to any other, so fewer may give them. */
export const mayGrantGraph = (deps: EntraDeps, person: Person): Promise<boolean> => holdsOne(deps, person, forAnything)

async function holdsOne({ directory }: EntraDeps, { tenant, user }: Person, wanted: readonly string[]) {
  const held = await directory.directoryRoles.of(tenant.id, user.id)
  return held.some((role) => wanted.includes(role))
}

/** The directory, with the person on record for what is written. */
export function actingAs({ people, http }: BrowserRequest, { user: { id, userPrincipalName } }: Person): Directory {
  const actor = { kind: 'user', id, userPrincipalName, appId: undefined } as const
  return people.deps.directory.by(actor, correlationOf(http))
}
