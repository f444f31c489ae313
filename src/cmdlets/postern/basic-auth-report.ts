import { mandatory, optional, posternCmdlet } from '../cmdlet.ts'
import { dateTime } from '../exchange/date-time.ts'
import { choice, integer, text } from '../parameter-type.ts'

export const getBasicAuthReport = posternCmdlet({
  name: 'Get-BasicAuthReport',
  synopsis:
    'Shows who still signs in with a password: to which mailbox, how often, from where, and what would replace it.',
  parameters: {
    Days: optional(integer(1, 3650), 'How many days back; 90 when absent. No more is known than audit.use_days says.', {
      position: 0,
    }),
    Since: optional(dateTime, 'From the day of this date on, in UTC, in place of so many days.'),
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
    Protocol: mandatory(choice(['Imap', 'Pop', 'Smtp']), 'The protocol that takes passwords again.', { position: 0 }),
  },
  columns: ['mailbox', 'protocol', 'untilDateTime'],
  call: (given) => ({
    verb: 'POST',
    path: '/postern/v1/own-basic-auth',
    body: { protocol: given.Protocol },
    answers: 'one',
  }),
})
