import * as declared from '../../../cmdlets/exchange/recipients.ts'
import type { GroupMember } from '../../../domain/directory/types.ts'
import { command } from '../command.ts'
import { chosenRecipients } from '../find.ts'
import { listing, those } from '../listing.ts'
import { recipientOutput } from '../objects/recipient.ts'

export const getRecipient = command({
  declaration: declared.getRecipient,
  role: 'Mail Recipients',
  async run(context, given) {
    const { RecipientType, RecipientTypeDetails } = given
    const outputOf = (recipient: GroupMember) => recipientOutput(context.tenant, recipient)
    const chosen = await chosenRecipients(context, given)
    const fitting =
      RecipientType === undefined && RecipientTypeDetails === undefined
        ? chosen
        : await those(chosen, (recipient) => {
            const output = outputOf(recipient)
            return (
              among(RecipientType, output.RecipientType) && among(RecipientTypeDetails, output.RecipientTypeDetails)
            )
          })
    return listing(fitting, (recipients) => recipients.map(outputOf), given)
  },
})

const among = (requested: readonly unknown[] | undefined, type: unknown): boolean => requested?.includes(type) ?? true
