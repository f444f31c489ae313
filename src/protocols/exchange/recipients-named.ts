import type { Guid } from '../../core/ids.ts'
import type { CmdletContext } from './command.ts'

/** What tells the names of recipients by their ids; one that has gone is told by its id. */
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
