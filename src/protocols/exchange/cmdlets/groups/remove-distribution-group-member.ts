import { removeDistributionGroupMember as declaration } from '../../../../cmdlets/exchange/groups/remove-distribution-group-member.ts'
import { command } from '../../command.ts'
import { findGroup, findMember } from '../../find.ts'

export const removeDistributionGroupMember = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const group = await findGroup(context, given.Identity)
    await context.directory.groups.removeMember(group, await findMember(context, given.Member))
    return []
  },
})
