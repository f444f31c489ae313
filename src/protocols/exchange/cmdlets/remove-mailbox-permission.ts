import { removeMailboxPermission as declaration } from '../../../cmdlets/exchange/remove-mailbox-permission.ts'
import { command } from '../command.ts'
import { findMailbox, findTrustee } from '../find.ts'
import { accountOf } from '../objects/mailbox-permission.ts'

export const removeMailboxPermission = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const mailbox = await findMailbox(context, given.Identity)
    const trustee = await findTrustee(context, given.User)
    const { changed } = await context.directory.permissions.remove(mailbox, {
      trustee,
      accessRights: given.AccessRights,
      deny: given.Deny ?? false,
    })
    if (!changed) {
      // contract/exchange-admin §2.3
      context.warn(
        `Can't remove the access control entry on the object "${mailbox.name}" for the user account "${accountOf(trustee)}" because the ACE doesn't exist on the object.`,
      )
    }
    return []
  },
})
