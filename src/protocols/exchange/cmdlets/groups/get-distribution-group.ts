import { getDistributionGroup as declaration } from '../../../../cmdlets/exchange/groups/get-distribution-group.ts'
import { command } from '../../command.ts'
import { chosenGroups } from '../../find.ts'
import { listing } from '../../listing.ts'
import { groupOutputs } from './group-outputs.ts'

export const getDistributionGroup = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const chosen = await chosenGroups(context, given)
    return listing(chosen, (groups) => groupOutputs(context, groups), given)
  },
})
