import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { choice, text, texts } from '../parameter-type.ts'
import { policyColumns, policyIdentity } from './app-access/app-access.ts'

export const getApplicationAccessPolicy = exchangeCmdlet({
  name: 'Get-ApplicationAccessPolicy',
  synopsis: 'Shows what keeps apps that use Graph to mailboxes, or off them.',
  parameters: { Identity: optional(text, policyIdentity, { position: 0 }) },
  columns: policyColumns,
  names: 'Identity',
})

export const newApplicationAccessPolicy = exchangeCmdlet({
  name: 'New-ApplicationAccessPolicy',
  synopsis: 'Keeps apps that use Graph to some mailboxes, or off them; IMAP4, POP3 and SMTP ask no policy.',
  parameters: {
    AppId: mandatory(texts, 'Client ids of the apps, or * for every app.'),
    AccessRight: mandatory(
      choice(['RestrictAccess', 'DenyAccess']),
      'RestrictAccess: the apps open these mailboxes and no others. DenyAccess: all but these.',
    ),
    PolicyScopeGroupId: mandatory(
      text,
      'The mailboxes: a mail-enabled security group or the mailbox of a user. A shared mailbox is taken as the member of a group.',
    ),
    Description: optional(text, 'A text of your own.'),
  },
  columns: policyColumns,
})

export const removeApplicationAccessPolicy = exchangeCmdlet({
  name: 'Remove-ApplicationAccessPolicy',
  synopsis: 'Takes an application access policy away.',
  parameters: { Identity: mandatory(text, policyIdentity, { position: 0 }) },
  columns: [],
  confirms: true,
  undo: () =>
    'create it again with New-ApplicationAccessPolicy; the audit log (Search-UnifiedAuditLog) has its settings.',
})

export const setApplicationAccessPolicy = exchangeCmdlet({
  name: 'Set-ApplicationAccessPolicy',
  synopsis: 'Changes the description of an application access policy; for anything else it is made again.',
  parameters: {
    Identity: mandatory(text, policyIdentity, { position: 0 }),
    Description: optional(text, 'A text of your own.'),
  },
  columns: [],
})

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
