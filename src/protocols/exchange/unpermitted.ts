import type { Access, Caller } from '../../access/types.ts'
import { Refusal } from '../../core/refusal.ts'
import type { Command } from './command.ts'
import { commands } from './cmdlets/index.ts'
import { errorOf } from './failure.ts'

/**
 * What the caller names, as `found` finds it among what they may use. Where there is such a cmdlet and it is not for them,
 * or none is, that goes on record: what is said here does not tell what is missing.
 */
export async function permitted(
  access: Pick<Access, 'unpermitted'>,
  { caller, name, from }: { readonly caller: Caller; readonly name: string; readonly from: string },
  found: () => Command,
): Promise<Command> {
  try {
    return found()
  } catch (thrown) {
    const known = commands.find(({ declaration }) => declaration.name.toLowerCase() === name.toLowerCase())
    if (thrown instanceof Refusal && known) {
      const { status, code, text } = errorOf(thrown)
      await access.unpermitted({ caller, from, cmdlet: known.declaration.name, wire: `${status} ${code}: ${text}` })
    }
    throw thrown
  }
}
