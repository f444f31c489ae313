import { disableMailbox as declaration } from '../../../../cmdlets/exchange/mailboxes/disable-mailbox.ts'
import { command } from '../../command.ts'
import { findMailbox } from '../../find.ts'
import { guardAdministrator } from '../../guard-administrator.ts'

export const disableMailbox = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const mailbox = await findMailbox(context, given.Identity)
    await guardAdministrator(context, mailbox.externalDirectoryObjectId)
    await context.directory.removedMailboxes.disable(context.tenant.id, mailbox.id)
    return []
  },
})
