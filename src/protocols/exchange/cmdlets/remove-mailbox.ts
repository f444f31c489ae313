import { removeMailbox as declaration } from '../../../cmdlets/exchange/remove-mailbox.ts'
import { command } from '../command.ts'
import { findMailbox } from '../find.ts'

export const removeMailbox = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const mailbox = await findMailbox(context, given.Identity)
    // The row that names it goes first: what is left after a crash is litter that nobody can open.
    await context.directory.mailboxes.remove(context.tenant.id, mailbox.id)
    await context.mail.erase(mailbox.id)
    return []
  },
})
