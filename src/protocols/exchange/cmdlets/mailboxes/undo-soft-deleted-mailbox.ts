import { undoSoftDeletedMailbox as declaration } from '../../../../cmdlets/exchange/mailboxes/undo-soft-deleted-mailbox.ts'
import { command } from '../../command.ts'
import { findRemovedMailbox } from '../../find.ts'
import { refuseNotHeldBy } from '../role-groups/find-role-group.ts'
import { mailboxOutputs } from './mailbox-outputs.ts'

export const undoSoftDeletedMailbox = command({
  declaration,
  role: 'Mail Recipients',
  async run(context, given) {
    const { directory, tenant } = context
    const { mailbox } = await findRemovedMailbox(context, given.SoftDeletedObject)
    await refuseNotHeldBy(context, mailbox.externalDirectoryObjectId)
    const restored = await directory.removedMailboxes.restore(tenant.id, mailbox.id, {
      ...(given.Name !== undefined && { name: given.Name }),
      ...(given.DisplayName !== undefined && { displayName: given.DisplayName }),
      ...(given.WindowsLiveID !== undefined && { userPrincipalName: given.WindowsLiveID }),
      ...(given.Password !== undefined && { password: given.Password }),
    })
    return mailboxOutputs(context, [restored])
  },
})
