import { getMailboxPermission as declaration } from '../../../cmdlets/exchange/get-mailbox-permission.ts'
import { command } from '../command.ts'
import { findMailbox, findTrustee } from '../find.ts'
import { permissionOutput } from '../objects/mailbox-permission.ts'

export const getMailboxPermission = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const mailbox = await findMailbox(context, given.Identity)
    const trustee = given.User === undefined ? undefined : await findTrustee(context, given.User)
    return (await context.directory.permissions.on(mailbox.id))
      .filter((permission) => !trustee || permission.trustee.sid === trustee.sid)
      .map((permission) => permissionOutput(mailbox, permission))
  },
})
