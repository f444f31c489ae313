import { getDynamicDistributionGroup as declaration } from '../../../../cmdlets/exchange/groups/get-dynamic-distribution-group.ts'
import { command } from '../../command.ts'
import { chosenGroups } from '../../find.ts'
import { listing } from '../../listing.ts'
import { dynamicGroupOutputs } from './dynamic-group-outputs.ts'

export const getDynamicDistributionGroup = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const chosen = await chosenGroups(context, given, 'dynamic')
    return listing(chosen, (groups) => dynamicGroupOutputs(context, groups), given)
  },
})
