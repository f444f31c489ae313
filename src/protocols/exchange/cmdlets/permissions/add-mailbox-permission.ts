import { addMailboxPermission as declaration } from '../../../../cmdlets/exchange/permissions/add-mailbox-permission.ts'
import { command } from '../../command.ts'
import { findMailbox, findTrustee } from '../../find.ts'
import { accountOf, permissionOutput } from '../../objects/mailbox-permission.ts'

export const addMailboxPermission = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const mailbox = await findMailbox(context, given.Identity)
    const trustee = await findTrustee(context, given.User)
    const { changed, permission } = await context.directory.permissions.add(mailbox, {
      trustee,
      accessRights: given.AccessRights,
      deny: given.Deny ?? false,
      inheritanceType: given.InheritanceType ?? 'All',
    })
    if (!changed) {
      context.warn(
        `The access control entry is already present on the object "${mailbox.name}" for the account "${accountOf(trustee)}".`,
      )
    }
    return [permissionOutput(mailbox, permission)]
  },
})
