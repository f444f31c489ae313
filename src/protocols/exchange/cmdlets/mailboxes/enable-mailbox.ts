import { enableMailbox as declaration } from '../../../../cmdlets/exchange/mailboxes/enable-mailbox.ts'
import { command } from '../../command.ts'
import { findUser } from '../people/find-user.ts'
import { mailboxOutputs } from './mailbox-outputs.ts'

export const enableMailbox = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const { directory, tenant } = context
    const { id } = await findUser(context, given.Identity)
    const kept = await directory.removedMailboxes.ofUser(tenant.id, id)
    const isNew = kept === undefined || given.Alias !== undefined || given.PrimarySmtpAddress !== undefined
    const mailbox = isNew
      ? await directory.mailboxes.enable(tenant.id, id, {
          ...(given.Alias !== undefined && { alias: given.Alias }),
          ...(given.PrimarySmtpAddress !== undefined && { primarySmtpAddress: given.PrimarySmtpAddress }),
        })
      : await directory.removedMailboxes.restore(tenant.id, kept.mailbox.id, {})
    return mailboxOutputs(context, [mailbox])
  },
})
