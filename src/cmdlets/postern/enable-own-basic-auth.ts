import { mandatory, posternCmdlet } from '../cmdlet.ts'
import { choice } from '../parameter-type.ts'

export const enableOwnBasicAuth = posternCmdlet({
  name: 'Enable-OwnBasicAuth',
  synopsis:
    'Enables a retired protocol again for the own mailbox of whoever is connected, where the plan lets them: once, until the cut-off.',
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
