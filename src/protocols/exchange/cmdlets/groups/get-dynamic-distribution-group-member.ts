import { getDynamicDistributionGroupMember as declaration } from '../../../../cmdlets/exchange/groups/get-dynamic-distribution-group-member.ts'
import { command } from '../../command.ts'
import { findGroup } from '../../find.ts'
import { memberOutput } from '../../objects/distribution-group.ts'

export const getDynamicDistributionGroupMember = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const group = await findGroup(context, given.Identity, 'dynamic')
    const members = await context.directory.groups.members(group)
    return members.map((member) => memberOutput(context.tenant, member))
  },
})
