import type { MailboxRecord } from '../../../../domain/directory/types.ts'
import type { Context } from '../../command.ts'
import { namedIn } from '../../objects/delivery.ts'
import { mailboxOutput } from '../../objects/mailbox.ts'
import type { Output } from '../../objects/output.ts'
import { recipientsNamed } from '../../recipients-named.ts'

/** Mailboxes with what they may hold, and with the names of the recipients that they name. */
export async function mailboxOutputs(context: Context, records: readonly MailboxRecord[]): Promise<readonly Output[]> {
  const quotas = await context.mail.quotaLimits(records.map(({ id }) => id))
  const named = records.flatMap(({ mailFlow }) =>
    [mailFlow.forwardTo ?? [], mailFlow.onBehalf, namedIn(mailFlow.delivery)].flat(),
  )
  const nameOf = await recipientsNamed(context, named)
  return records.map((record) => mailboxOutput(context.tenant, record, quotas.get(record.id)!, nameOf))
}
