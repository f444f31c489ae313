import { optional } from '../cmdlet.ts'
import { boolean } from '../parameter-type.ts'
import { byteQuantity } from './parameter-types.ts'
import { listChange } from './list-change.ts'

export const requireSenderAuthentication = optional(
  boolean,
  'Accepts mail only from its own organization (default: true).',
)

const recipients = (meaning: string) => optional(listChange, `${meaning}: a complete list, or changes to it.`)

/** The delivery restrictions of a mailbox or a group. */
export const senderLists = {
  AcceptMessagesOnlyFrom: recipients('Accepts mail only from these mailboxes'),
  AcceptMessagesOnlyFromDLMembers: recipients('Accepts mail only from members of these groups'),
  AcceptMessagesOnlyFromSendersOrMembers: recipients('Accepts mail only from these mailboxes and groups'),
  RejectMessagesFrom: recipients('Rejects mail from these mailboxes'),
  RejectMessagesFromDLMembers: recipients('Rejects mail from members of these groups'),
  RejectMessagesFromSendersOrMembers: recipients('Rejects mail from these mailboxes and groups'),
} as const

/** The other parameters of `Set-DistributionGroup` for mail to a group. */
export const groupDelivery = { RequireSenderAuthenticationEnabled: requireSenderAuthentication } as const
export const groupLimits = {
  MaxReceiveSize: optional(byteQuantity, 'The largest message that it accepts: a size such as 25MB, or Unlimited.'),
} as const
