import { getMailboxPermission as declaration } from '../../../cmdlets/exchange/get-mailbox-permission.ts'
import { command } from '../command.ts'
import { findMailbox, findTrustee } from '../find.ts'
import { permissionOutput } from '../objects/mailbox-permission.ts'
import { notFound, wrongParameters } from '../refusals.ts'

export const getMailboxPermission = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    if (given.SoftDeletedMailbox || given.GroupMailbox) return notFound(context.tenant, given.Identity)
    const mailbox = await findMailbox(context, given.Identity)
    if (given.Owner && given.User !== undefined) return wrongParameters('-Owner and -User exclude each other.')
    const trustee = given.User === undefined ? undefined : await findTrustee(context, given.User)
    return (await context.directory.permissions.on(mailbox.id))
      .filter((permission) => !trustee || permission.trustee.sid === trustee.sid)
      .filter((permission) => !given.Owner || permission.trustee.kind === 'self')
      .map((permission) => permissionOutput(mailbox, permission))
      .map((output) => (given.Owner ? { ...output, Owner: mailbox.userPrincipalName, IsOwner: true } : output))
  },
})
