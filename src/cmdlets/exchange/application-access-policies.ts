import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { choice, text, texts } from '../parameter-type.ts'

export const policyIdentity = 'The policy, by its Identity.'

export const policyColumns = ['ScopeName', 'AppId', 'AccessRight', 'Description', 'Identity']

export const getApplicationAccessPolicy = exchangeCmdlet({
  name: 'Get-ApplicationAccessPolicy',
  synopsis: 'Lists application access policies, which restrict apps that use Graph.',
  parameters: { Identity: optional(text, policyIdentity, { position: 0 }) },
  columns: policyColumns,
  names: 'Identity',
})

export const newApplicationAccessPolicy = exchangeCmdlet({
  name: 'New-ApplicationAccessPolicy',
  synopsis:
    'Restricts apps that use Graph to some mailboxes, or denies them some. The policies do not apply to IMAP4, POP3 and SMTP.',
  parameters: {
    AppId: mandatory(texts, 'Client ids of the apps, or * for every app.'),
    AccessRight: mandatory(
      choice(['RestrictAccess', 'DenyAccess']),
      'RestrictAccess: the apps open only these mailboxes. DenyAccess: the apps do not open these mailboxes.',
    ),
    PolicyScopeGroupId: mandatory(
      text,
      'The mailboxes: a mail-enabled security group, or the mailbox of a user. Put a shared mailbox into a group.',
    ),
    Description: optional(text, 'A description of your own.'),
  },
  columns: policyColumns,
})

export const removeApplicationAccessPolicy = exchangeCmdlet({
  name: 'Remove-ApplicationAccessPolicy',
  synopsis: 'Removes an application access policy.',
  parameters: { Identity: mandatory(text, policyIdentity, { position: 0 }) },
  columns: [],
  confirms: true,
  undo: () =>
    'create it again with New-ApplicationAccessPolicy; the audit log (Search-UnifiedAuditLog) has its settings.',
})

export const setApplicationAccessPolicy = exchangeCmdlet({
  name: 'Set-ApplicationAccessPolicy',
  synopsis:
    'Changes the description of an application access policy. To change anything else, remove it and create another.',
  parameters: {
    Identity: mandatory(text, policyIdentity, { position: 0 }),
    Description: optional(text, 'A description of your own.'),
  },
  columns: [],
})

export const testApplicationAccessPolicy = exchangeCmdlet({
  name: 'Test-ApplicationAccessPolicy',
  synopsis:
    'Tests whether the policies allow an app to open a mailbox over Graph with its consented permissions. They do not restrict roles of Exchange.',
  parameters: {
    Identity: mandatory(text, 'The mailbox, or a group.', { position: 0 }),
    AppId: mandatory(texts, 'Client ids of apps.'),
  },
  columns: ['AppId', 'Mailbox', 'MailboxId', 'MailboxSid', 'AccessCheckResult'],
})
