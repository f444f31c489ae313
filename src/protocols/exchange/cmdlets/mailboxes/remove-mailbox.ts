import { removeMailbox as declaration } from '../../../../cmdlets/exchange/mailboxes/remove-mailbox.ts'
import { refuse } from '../../../../core/refusal.ts'
import { command } from '../../command.ts'
import { findMailbox, findRemovedMailbox } from '../../find.ts'
import { guardAdministrator } from '../../guard-administrator.ts'

export const removeMailbox = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const { directory, mail, tenant } = context
    if (!given.PermanentlyDelete) {
      const mailbox = await findMailbox(context, given.Identity)
      await guardAdministrator(context, mailbox.externalDirectoryObjectId)
      await directory.removedMailboxes.remove(tenant.id, mailbox.id)
      return []
    }
    const live = await directory.mailboxes.find(tenant.id, given.Identity)
    if (live) await guardAdministrator(context, live.externalDirectoryObjectId)
    const { id, settings } = live ?? (await findRemovedMailbox(context, given.Identity)).mailbox
    if (settings.LitigationHoldEnabled === true) refuseHeld(given.Identity)
    await directory.together(tenant.id, [
      (one) => (live ? one.mailboxes.remove(tenant.id, id) : one.removedMailboxes.forget(tenant.id, id)),
      (_, write) => mail.erase(id, write),
    ])
    return []
  },
})

const refuseHeld = (named: string): never =>
  refuse('wrong-state', `The mailbox '${named}' can't be permanently deleted because it's on litigation hold.`)
