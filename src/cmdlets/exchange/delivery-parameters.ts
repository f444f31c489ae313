import { optional } from '../cmdlet.ts'
import { boolean } from '../parameter-type.ts'
import { byteQuantity } from './byte-quantity.ts'
import { listChange } from './list-change.ts'

export const requireSenderAuthentication = optional(
  boolean,
  'Whether mail to it has to be from its own organization, as it has to unless this says otherwise.',
)

const recipients = (meaning: string) => optional(listChange, `${meaning}; all of them, or those that come and go.`)

/** From whom a mailbox or a group takes mail. */
export const senderLists = {
  AcceptMessagesOnlyFrom: recipients('The mailboxes from which alone mail is taken'),
  AcceptMessagesOnlyFromDLMembers: recipients('The groups from whose members alone mail is taken'),
  AcceptMessagesOnlyFromSendersOrMembers: recipients('The mailboxes and groups from which alone mail is taken'),
  RejectMessagesFrom: recipients('The mailboxes from which no mail is taken'),
  RejectMessagesFromDLMembers: recipients('The groups from whose members no mail is taken'),
  RejectMessagesFromSendersOrMembers: recipients('The mailboxes and groups from which no mail is taken'),
} as const

/** And what else `Set-DistributionGroup` says about mail to a group. */
export const groupDelivery = { RequireSenderAuthenticationEnabled: requireSenderAuthentication } as const
export const groupLimits = {
  MaxReceiveSize: optional(byteQuantity, 'The largest message that comes to it: a size such as 25MB, or Unlimited.'),
} as const
