import { superiorRight } from '../../access/admin/decide.ts'
import type { UserId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { CmdletContext } from './command.ts'

/** Nobody removes or signs out a user who has rights that they lack themselves. */
export async function guardAdministrator({ directory, caller }: CmdletContext, user: UserId): Promise<void> {
  const right = await superiorRight(directory, caller, user)
  if (!right) return
  const insufficient = 'Insufficient privileges to complete the operation'
  refuse(
    'not-allowed',
    right.kind === 'directoryRole'
      ? `${insufficient}: the user has a directory role, and you are not a Global Administrator.`
      : `${insufficient}: the user has the role '${right.name}', and you do not.`,
  )
}
