import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { boolean, nullable, switched, text } from '../parameter-type.ts'
import { choosing } from './choosing.ts'
import { casParameters } from './mailboxes/cas-parameters.ts'

export const getCasMailbox = exchangeCmdlet({
  name: 'Get-CASMailbox',
  synopsis: 'Lists the protocol switches of mailboxes, or of one.',
  parameters: {
    Identity: optional(text, 'The mailbox.', { position: 0 }),
    ...choosing,
    ProtocolSettings: optional(
      switched,
      'Also returns the external settings of POP3, IMAP4 and SMTP (with --json); they are never set.',
    ),
  },
  columns: ['Name', 'PrimarySmtpAddress', 'ImapEnabled', 'PopEnabled', 'SmtpClientAuthenticationDisabled'],
  names: 'Identity',
})

const exactSize = optional(boolean, 'Accepted, without effect: sizes are exact.')

export const setCasMailbox = exchangeCmdlet({
  name: 'Set-CASMailbox',
  synopsis: 'Switches protocols on or off for a mailbox.',
  parameters: {
    Identity: mandatory(text, 'The mailbox.', { position: 0 }),
    ImapEnabled: optional(boolean, 'Whether IMAP4 can open the mailbox.'),
    PopEnabled: optional(boolean, 'Whether POP3 can open the mailbox.'),
    SmtpClientAuthenticationDisabled: optional(
      nullable(boolean),
      'Disables SMTP submission for the mailbox, also with a token; $null follows Set-TransportConfig.',
    ),
    ...casParameters,
    ImapEnableExactRFC822Size: exactSize,
    PopEnableExactRFC822Size: exactSize,
  },
  columns: [],
})
