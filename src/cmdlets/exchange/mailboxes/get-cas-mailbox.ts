import { exchangeCmdlet, optional } from '../../cmdlet.ts'
import { switched, text } from '../../parameter-type.ts'
import { choosing } from '../choosing.ts'

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
