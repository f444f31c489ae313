import { optional, posternCmdlet } from '../cmdlet.ts'
import { integer, text } from '../parameter-type.ts'

export const getBasicAuthReport = posternCmdlet({
  name: 'Get-BasicAuthReport',
  synopsis:
    'Shows who still signs in with a password: to which mailbox, how often, from where, and what would replace it.',
  parameters: {
    Days: optional(integer(1, 3650), 'How many days back; 90 when absent. No more is known than audit.use_days says.', {
      position: 0,
    }),
    Mailbox: optional(text, 'The address of one mailbox.'),
  },
  columns: ['mailbox', 'protocol', 'client', 'granted', 'refused', 'lastUsedDateTime', 'addresses', 'replacement'],
  call: (given) => ({
    verb: 'GET',
    path: '/postern/v1/basic-auth-report',
    query: {
      ...(given.Days !== undefined && { days: String(given.Days) }),
      ...(given.Mailbox !== undefined && { mailbox: given.Mailbox }),
    },
    answers: 'many',
  }),
})
