import type { MailboxRecord, SendAsPermission } from '../../../domain/directory/types.ts'
import { accountOf } from './mailbox-permission.ts'
import type { Output } from './output.ts'

/** contract/exchange-admin §2.4 */
export const recipientPermissionOutput = (mailbox: MailboxRecord, { trustee, deny }: SendAsPermission): Output => ({
  Identity: mailbox.name,
  Trustee: accountOf(trustee),
  TrusteeSidString: trustee.sid,
  AccessControlType: deny ? 'Deny' : 'Allow',
  AccessRights: ['SendAs'],
  IsInherited: false,
  InheritanceType: 'None',
  IsValid: true,
  ObjectState: 'Unchanged',
})
