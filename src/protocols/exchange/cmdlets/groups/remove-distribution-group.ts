import { removeDistributionGroup as declaration } from '../../../../cmdlets/exchange/groups/remove-distribution-group.ts'
import { command } from '../../command.ts'
import { findGroup } from '../../find.ts'

export const removeDistributionGroup = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const { guid } = await findGroup(context, given.Identity)
    await context.directory.groups.remove(context.tenant.id, guid)
    return []
  },
})
