import { setDistributionGroup as declaration } from '../../../../cmdlets/exchange/groups/set-distribution-group.ts'
import { command } from '../../command.ts'
import { findGroup } from '../../find.ts'
import { groupChange } from './group-change.ts'

export const setDistributionGroup = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const { guid } = await findGroup(context, given.Identity)
    await context.directory.groups.update(context.tenant.id, guid, await groupChange(context, given))
    return []
  },
})
