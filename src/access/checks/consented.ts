import type { WellKnownResource } from '../../domain/directory/well-known/resource.ts'
import { underway } from '../propagation.ts'
import type { AppSubject } from './check.ts'

/** Tells of a consent that does not count yet: its token has the role here, where the real service would leave it out. */
export async function consentUnderway(
  { directory, facts, rules, claims }: AppSubject,
  { appId, appRoles }: WellKnownResource,
  permission: string,
): Promise<string | undefined> {
  if (!rules.propagation) return undefined
  const principal = await facts.principal()
  const resource = await directory.servicePrincipals.find(claims.tid, { appId })
  if (!principal || !resource) return undefined
  const granted = await directory.assignments.between(claims.tid, principal.id, resource.id)
  const role = appRoles.find(({ value }) => value === permission)
  const consent = granted.find(({ appRoleId }) => appRoleId === role?.id)
  return consent && underway(rules.propagation, consent.created)
}
