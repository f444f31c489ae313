import { commandLine } from '../../../core/command-line.ts'
import { exchangeCmdlet, mandatory } from '../../cmdlet.ts'
import { text } from '../../parameter-type.ts'

export const disableMailbox = exchangeCmdlet({
  name: 'Disable-Mailbox',
  synopsis: 'Takes the mailbox from a user, who stays; Enable-Mailbox brings it back for 30 days.',
  parameters: {
    Identity: mandatory(text, 'The mailbox: its name, alias, address, user principal name or a GUID of it.', {
      position: 0,
    }),
  },
  columns: [],
  confirms: true,
  undo: ({ Identity }) => `${commandLine('Enable-Mailbox', { Identity })} (within 30 days)`,
})
