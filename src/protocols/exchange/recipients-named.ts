import type { Guid } from '../../core/ids.ts'
import type { CmdletContext } from './command.ts'

/** Returns a function that gives a recipient's name for its id; for a removed recipient it gives the id. */
export async function recipientsNamed(
  { directory, tenant }: Pick<CmdletContext, 'directory' | 'tenant'>,
  ids: Iterable<Guid>,
): Promise<(id: Guid) => string> {
  const names = new Map<Guid, string>()
  for (const id of new Set(ids)) {
    const member = await directory.groups.memberNamed(tenant.id, id)
    if (member) names.set(id, member.kind === 'group' ? member.group.name : member.mailbox.name)
  }
  return (id) => names.get(id) ?? id
}
