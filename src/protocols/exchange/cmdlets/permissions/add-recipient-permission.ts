import { addRecipientPermission as declaration } from '../../../../cmdlets/exchange/permissions/add-recipient-permission.ts'
import { command } from '../../command.ts'
import { findMailbox, findTrustee } from '../../find.ts'
import { recipientPermissionOutput } from '../../objects/recipient-permission.ts'
import { warnPresent } from './entries-on.ts'

export const addRecipientPermission = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const mailbox = await findMailbox(context, given.Identity)
    const permission = { trustee: await findTrustee(context, given.Trustee), deny: given.Deny ?? false }
    const { changed } = await context.directory.sendAs.add(mailbox, permission)
    if (!changed) warnPresent(context, mailbox, permission.trustee)
    return [recipientPermissionOutput(mailbox, permission)]
  },
})
