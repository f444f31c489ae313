import { getRecipient as declaration } from '../../../../cmdlets/exchange/recipients/get-recipient.ts'
import { command } from '../../command.ts'
import { chosenRecipients } from '../../find.ts'
import { narrowed } from '../../narrow.ts'
import { recipientOutput } from '../../objects/recipient.ts'

export const getRecipient = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const { RecipientType, RecipientTypeDetails } = given
    const chosen = await chosenRecipients(context, given)
    const outputs = chosen.map((recipient) => recipientOutput(context.tenant, recipient))
    return narrowed(outputs, given).filter(
      (output) =>
        among(RecipientType, output.RecipientType) && among(RecipientTypeDetails, output.RecipientTypeDetails),
    )
  },
})

const among = (wanted: readonly unknown[] | undefined, type: unknown): boolean => wanted?.includes(type) ?? true
