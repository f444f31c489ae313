import { exchangeCmdlet, mandatory, optional } from '../../cmdlet.ts'
import { boolean, nullable, text } from '../../parameter-type.ts'
import { casParameters } from './cas-parameters.ts'

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
