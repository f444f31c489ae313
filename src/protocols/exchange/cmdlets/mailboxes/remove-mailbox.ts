import { removeMailbox as declaration } from '../../../../cmdlets/exchange/mailboxes/remove-mailbox.ts'
import { command } from '../../command.ts'
import { findMailbox, findRemovedMailbox } from '../../find.ts'

export const removeMailbox = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const { directory, mail, tenant } = context
    if (!given.PermanentlyDelete) {
      const mailbox = await findMailbox(context, given.Identity)
      await directory.removedMailboxes.remove(tenant.id, mailbox.id)
      return []
    }
    // The row that names it goes first: what is left after a crash is litter that nobody can open.
    const live = await directory.mailboxes.find(tenant.id, given.Identity)
    const { id } = live ?? (await findRemovedMailbox(context, given.Identity)).mailbox
    await (live ? directory.mailboxes.remove(tenant.id, id) : directory.removedMailboxes.forget(tenant.id, id))
    await mail.erase(id)
    return []
  },
})
