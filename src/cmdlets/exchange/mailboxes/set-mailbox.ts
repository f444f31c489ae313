import { exchangeCmdlet, mandatory, optional } from '../../cmdlet.ts'
import { choice, nullable, switched, text } from '../../parameter-type.ts'
import { byteQuantity } from '../byte-quantity.ts'
import { senderLists } from '../delivery-parameters.ts'
import { listChange } from '../list-change.ts'
import { keepLimits, keepSwitches } from './keep-parameters.ts'
import { mailboxParameters, mailboxLimits } from './mailbox-parameters.ts'

export const mailboxTypes = ['Regular', 'Shared', 'Room', 'Equipment'] as const

export const setMailbox = exchangeCmdlet({
  name: 'Set-Mailbox',
  synopsis: 'Changes a mailbox: its names and addresses, what it may hold, and where its mail goes.',
  parameters: {
    Identity: mandatory(text, 'The mailbox: its name, alias, address, user principal name or a GUID of it.', {
      position: 0,
    }),
    Name: optional(text, 'The name of the mailbox in the directory.'),
    Alias: optional(text, 'A name of its own, unlike any other recipient has.'),
    DisplayName: optional(text, 'The name that people see.'),
    Type: optional(choice(mailboxTypes), 'What it becomes; whether its user may sign in stays as it is.'),
    EmailAddresses: optional(
      listChange,
      'Its addresses: all of them, or what comes and goes. SMTP: in capitals marks the primary one.',
    ),
    WindowsEmailAddress: optional(text, 'The primary address; the old one stays one of its addresses.', {
      aliases: ['PrimarySmtpAddress'],
    }),
    GrantSendOnBehalfTo: optional(
      listChange,
      'Who may send on its behalf: mailboxes and groups, all of them, or those that come and go.',
    ),
    ForwardingAddress: optional(nullable(text), 'The mailbox or the group to which its mail is forwarded.'),
    ForwardingSmtpAddress: optional(
      nullable(text),
      'An address of this server to which its mail is forwarded, where there is no ForwardingAddress.',
    ),
    ProhibitSendReceiveQuota: optional(
      byteQuantity,
      'What it may hold: a size such as 50GB, or Unlimited for what the setting mail.quota says.',
    ),
    ...mailboxLimits,
    ...keepSwitches,
    ...keepLimits,
    ...mailboxParameters,
    ...senderLists,
    Force: optional(switched, 'Accepted, without effect: nothing is asked.'),
  },
  columns: [],
})
