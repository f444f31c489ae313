import { mandatory, optional, posternCmdlet } from '../cmdlet.ts'
import { dateTime } from '../exchange/date-time.ts'
import { choice, integer, text } from '../parameter-type.ts'

export const getBasicAuthReport = posternCmdlet({
  name: 'Get-BasicAuthReport',
  synopsis:
    'Lists the programs that still sign in with a password: mailbox, count, address, and what would replace it.',
  parameters: {
    Days: optional(integer(1, 3650), 'How many days to look back (default: 90; at most audit.use_days).', {
      position: 0,
    }),
    Since: optional(dateTime, 'In place of -Days: the first day, in UTC.'),
    Mailbox: optional(text, 'The address of one mailbox.'),
    Protocol: optional(choice(['Imap', 'Pop', 'Smtp']), 'One protocol.'),
  },
  columns: ['mailbox', 'protocol', 'client', 'granted', 'refused', 'lastUsedDateTime', 'addresses', 'replacement'],
  call: (given) => ({
    verb: 'GET',
    path: '/postern/v1/basic-auth-report',
    query: {
      ...(given.Days !== undefined && { days: String(given.Days) }),
      ...(given.Since !== undefined && { since: given.Since.toISOString() }),
      ...(given.Protocol !== undefined && { protocol: given.Protocol }),
      ...(given.Mailbox !== undefined && { mailbox: given.Mailbox }),
    },
    answers: 'many',
  }),
})

export const enableOwnBasicAuth = posternCmdlet({
  name: 'Enable-OwnBasicAuth',
  synopsis:
    'Enables a retired protocol again for the mailbox of the signed-in user, if the plan allows it: once, until the cut-off.',
  parameters: {
    Protocol: mandatory(choice(['Imap', 'Pop', 'Smtp']), 'The protocol that accepts passwords again.', { position: 0 }),
  },
  columns: ['mailbox', 'protocol', 'untilDateTime'],
  call: (given) => ({
    verb: 'POST',
    path: '/postern/v1/own-basic-auth',
    body: { protocol: given.Protocol },
    answers: 'one',
  }),
})
