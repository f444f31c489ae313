import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { boolean, nullable, switched, text } from '../parameter-type.ts'
import { choosing } from './choosing.ts'
import { casParameters } from './mailboxes/cas-parameters.ts'

export const getCasMailbox = exchangeCmdlet({
  name: 'Get-CASMailbox',
  synopsis: 'Shows which protocols are open for a mailbox, or for every mailbox.',
  parameters: {
    Identity: optional(text, 'The mailbox.', { position: 0 }),
    ...choosing,
    ProtocolSettings: optional(
      switched,
      'Tells the external settings of POP3, IMAP4 and SMTP as well (seen with --json): nobody has set any.',
    ),
  },
  columns: ['Name', 'PrimarySmtpAddress', 'ImapEnabled', 'PopEnabled', 'SmtpClientAuthenticationDisabled'],
  names: 'Identity',
})

const exactSize = optional(boolean, 'Accepted, without effect: sizes are exact.')

export const setCasMailbox = exchangeCmdlet({
  name: 'Set-CASMailbox',
  synopsis: 'Opens or closes protocols for a mailbox.',
  parameters: {
    Identity: mandatory(text, 'The mailbox.', { position: 0 }),
    ImapEnabled: optional(boolean, 'Whether IMAP4 opens the mailbox.'),
    PopEnabled: optional(boolean, 'Whether POP3 opens the mailbox.'),
    SmtpClientAuthenticationDisabled: optional(
      nullable(boolean),
      'Whether SMTP lets nobody sign in to the mailbox, with a token neither; $null is as Set-TransportConfig says.',
    ),
    ...casParameters,
    ImapEnableExactRFC822Size: exactSize,
    PopEnableExactRFC822Size: exactSize,
  },
  columns: [],
})
