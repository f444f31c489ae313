import { setDynamicDistributionGroup as declaration } from '../../../../cmdlets/exchange/groups/set-dynamic-distribution-group.ts'
import { command } from '../../command.ts'
import { findGroup } from '../../find.ts'
import { dynamicFilter } from './dynamic-filter.ts'
import { groupChange } from './group-change.ts'

export const setDynamicDistributionGroup = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const group = await findGroup(context, given.Identity, 'dynamic')
    const change = await groupChange(context, given)
    const { recipientFilter, settings } = dynamicFilter(given, group.settings)
    await context.directory.groups.update(context.tenant.id, group.guid, {
      ...change,
      settings: { ...change.settings, ...settings },
      ...(recipientFilter !== undefined && { recipientFilter }),
    })
    return []
  },
})
