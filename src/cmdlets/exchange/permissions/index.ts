import type { Cmdlet } from '../../cmdlet.ts'
import { addMailboxPermission } from './add-mailbox-permission.ts'
import { addRecipientPermission } from './add-recipient-permission.ts'
import { getMailboxPermission } from './get-mailbox-permission.ts'
import { getRecipientPermission } from './get-recipient-permission.ts'
import { removeMailboxPermission } from './remove-mailbox-permission.ts'
import { removeRecipientPermission } from './remove-recipient-permission.ts'

export const permissionsCmdlets: readonly Cmdlet[] = [
  addMailboxPermission,
  addRecipientPermission,
  getMailboxPermission,
  getRecipientPermission,
  removeMailboxPermission,
  removeRecipientPermission,
]
