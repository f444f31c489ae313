import { exchangeCmdlet, mandatory } from '../../cmdlet.ts'
import { text, texts } from '../../parameter-type.ts'

export const testApplicationAccessPolicy = exchangeCmdlet({
  name: 'Test-ApplicationAccessPolicy',
  synopsis:
    'Tells whether the policies there are let an app open a mailbox over Graph with what it was consented to have; roles of Exchange are not restricted by them.',
  parameters: {
    Identity: mandatory(text, 'The mailbox, or a group.', { position: 0 }),
    AppId: mandatory(texts, 'Client ids of apps.'),
  },
  columns: ['AppId', 'Mailbox', 'MailboxId', 'MailboxSid', 'AccessCheckResult'],
})
