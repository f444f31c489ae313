import type { Directory } from '../../../domain/directory/types.ts'
import { correlationOf } from '../headers.ts'
import type { EntraDeps } from '../deps.ts'
import type { Person } from '../person.ts'
import type { BrowserRequest } from './browser-request.ts'
import { pageDecisions } from '../../../access/admin/operations.ts'

/** Whether the user may consent for every user, and to application permissions of any resource but Microsoft Graph. */
export const mayConsentForAll = (deps: EntraDeps, person: Person): Promise<boolean> =>
  mayDecide(deps, person, 'consentForAll')

/** Whether the user may consent to application permissions of Microsoft Graph, which may lead to any other. */
export const mayGrantGraph = (deps: EntraDeps, person: Person): Promise<boolean> =>
  mayDecide(deps, person, 'consentToGraph')

async function mayDecide({ directory }: EntraDeps, { tenant, user }: Person, decision: keyof typeof pageDecisions) {
  const held = new Set(await directory.directoryRoles.of(tenant.id, user.id))
  return pageDecisions[decision].some((role) => held.has(role))
}

/** Returns the directory; the audit log names the user for its changes. */
export function actingAs({ people, http }: BrowserRequest, { user: { id, userPrincipalName } }: Person): Directory {
  const actor = { kind: 'user', id, userPrincipalName, appId: undefined } as const
  return people.deps.directory.by(actor, correlationOf(http))
}
