import { dynamicParameters } from '../../../../cmdlets/exchange/groups/dynamic-parameters.ts'
import type { DistributionGroup } from '../../../../domain/directory/types.ts'
import type { Context } from '../../command.ts'
import type { Output } from '../../objects/output.ts'
import { groupOutputs } from './group-outputs.ts'

const { RecipientFilter: _, ...parts } = dynamicParameters

/** Dynamic groups, with the filter and what it was made of. */
export async function dynamicGroupOutputs(
  context: Context,
  groups: readonly DistributionGroup[],
): Promise<readonly Output[]> {
  const outputs = await groupOutputs(context, groups)
  return outputs.map((output, at) => {
    const { recipientFilter = '', settings } = groups[at]!
    return {
      ...output,
      RecipientFilter: recipientFilter,
      RecipientFilterType: settings.IncludedRecipients === undefined ? 'Custom' : 'Precanned',
      ...Object.fromEntries(Object.keys(parts).map((name) => [name, settings[name] ?? []])),
      ObjectClass: ['top', 'msExchDynamicDistributionList'],
    }
  })
}
