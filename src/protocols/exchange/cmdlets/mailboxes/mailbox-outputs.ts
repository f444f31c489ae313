import type { Guid } from '../../../../core/ids.ts'
import type { MailboxRecord } from '../../../../domain/directory/types.ts'
import type { Context } from '../../command.ts'
import { mailboxOutput } from '../../objects/mailbox.ts'
import type { Output } from '../../objects/output.ts'

/** Mailboxes with what they may hold, and with the names of the recipients that they name. */
export async function mailboxOutputs(context: Context, records: readonly MailboxRecord[]): Promise<readonly Output[]> {
  const quotas = await context.mail.quotaLimits(records.map(({ id }) => id))
  const names = await namesOf(context, records)
  return records.map((record) =>
    mailboxOutput(context.tenant, record, quotas.get(record.id)!, (id) => names.get(id) ?? id),
  )
}

async function namesOf(
  { directory, tenant }: Context,
  records: readonly MailboxRecord[],
): Promise<ReadonlyMap<Guid, string>> {
  const names = new Map<Guid, string>()
  for (const id of new Set(records.flatMap(({ mailFlow }) => [mailFlow.forwardTo ?? [], mailFlow.onBehalf].flat()))) {
    const member = await directory.groups.memberNamed(tenant.id, id)
    if (member) names.set(id, member.kind === 'group' ? member.group.name : member.mailbox.name)
  }
  return names
}
