import { commandLine } from '../../../core/command-line.ts'
import { exchangeCmdlet, mandatory, optional } from '../../cmdlet.ts'
import { switched, text } from '../../parameter-type.ts'

export const removeMailbox = exchangeCmdlet({
  name: 'Remove-Mailbox',
  synopsis: 'Removes a mailbox and the user behind it; Undo-SoftDeletedMailbox brings them back for 30 days.',
  parameters: {
    Identity: mandatory(text, 'The mailbox: its name, alias, address, user principal name or a GUID of it.', {
      position: 0,
    }),
    PermanentlyDelete: optional(
      switched,
      'Removes it, or one that was removed before, together with its mail and for good.',
    ),
    Force: optional(switched, 'Nothing is asked.'),
  },
  columns: [],
  confirms: true,
  undo: ({ Identity, PermanentlyDelete }) =>
    PermanentlyDelete === true
      ? undefined
      : `${commandLine('Undo-SoftDeletedMailbox', { SoftDeletedObject: Identity })} (within 30 days)`,
})
