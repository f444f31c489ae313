import type { DistributionGroup } from '../../../../domain/directory/types.ts'
import type { CmdletContext } from '../../command.ts'
import { deliveryOutput, namedIn } from '../../objects/recipient.ts'
import { groupOutput } from '../../objects/distribution-group.ts'
import type { Output } from '../../objects/output.ts'
import { recipientsNamed } from '../../recipients-named.ts'

/** Groups with what they say about mail to them, and with the names of the recipients that they name. */
export async function groupOutputs(
  context: CmdletContext,
  groups: readonly DistributionGroup[],
): Promise<readonly Output[]> {
  const nameOf = await recipientsNamed(
    context,
    groups.flatMap(({ delivery }) => namedIn(delivery)),
  )
  return groups.map((group) => ({
    ...groupOutput(context.tenant, group),
    ...deliveryOutput(group.settings, group.delivery, nameOf),
  }))
}
