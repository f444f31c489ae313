import type { UserId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { CmdletContext } from './command.ts'

/** Whoever administers something is not removed or signed out by lesser ones, through Exchange no more than through Graph. */
export async function guardAdministrator(
  { directory, tenant, globally, holds }: CmdletContext,
  user: UserId,
): Promise<void> {
  if (globally) return
  const insufficient = 'Insufficient privileges to complete the operation'
  if ((await directory.directoryRoles.of(tenant.id, user)).length > 0) {
    refuse('not-allowed', `${insufficient}: the user holds a directory role, and you are no Global Administrator.`)
  }
  const byGroups = await directory.roleGroups.rolesOf(tenant.id, [user])
  const missing = [...byGroups].find((role) => !holds.has(role))
  if (missing !== undefined) {
    refuse('not-allowed', `${insufficient}: the user holds the role '${missing}', and you do not.`)
  }
}
