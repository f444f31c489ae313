import { addDistributionGroupMember as declaration } from '../../../../cmdlets/exchange/groups/add-distribution-group-member.ts'
import { command } from '../../command.ts'
import { findGroup, findMember } from '../../find.ts'
import { refuseNotHeldBy } from '../role-groups/find-role-group.ts'

export const addDistributionGroupMember = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const group = await findGroup(context, given.Identity)
    await refuseNotHeldBy(context, group.guid)
    await context.directory.groups.addMember(group, await findMember(context, given.Member))
    return []
  },
})
