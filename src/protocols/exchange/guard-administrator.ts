import type { UserId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { Context } from './command.ts'

/** Whoever administers something is not removed or signed out by lesser ones, through Exchange no more than through Graph. */
export async function guardAdministrator({ directory, tenant, globally }: Context, user: UserId): Promise<void> {
  if (globally || (await directory.directoryRoles.of(tenant.id, user)).length === 0) return
  refuse(
    'not-allowed',
    'Insufficient privileges to complete the operation: the user holds a directory role, and you are no Global Administrator.',
  )
}
