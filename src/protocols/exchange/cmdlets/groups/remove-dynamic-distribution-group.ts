import { removeDynamicDistributionGroup as declaration } from '../../../../cmdlets/exchange/groups/remove-dynamic-distribution-group.ts'
import { command } from '../../command.ts'
import { findGroup } from '../../find.ts'

export const removeDynamicDistributionGroup = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const { guid } = await findGroup(context, given.Identity, 'dynamic')
    await context.directory.groups.remove(context.tenant.id, guid)
    return []
  },
})
