import { commandLine } from '../../core/command-line.ts'
import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { choices, switched, text, texts } from '../parameter-type.ts'
import { recipientPermissionColumns } from './columns.ts'
import { userMeaning } from './permissions/access-rights.ts'
import { resultSize, resultSizeMeaning } from './result-size.ts'

export const addRecipientPermission = exchangeCmdlet({
  name: 'Add-RecipientPermission',
  synopsis: 'Lets somebody send as a mailbox, which FullAccess does not.',
  parameters: {
    Identity: mandatory(text, 'The mailbox.', { position: 0 }),
    AccessRights: mandatory(choices(['SendAs']), 'The right: SendAs is the only one.'),
    Trustee: mandatory(text, userMeaning),
    Deny: optional(switched, 'Takes the right away, whatever else grants it; a switch of our own.'),
  },
  columns: recipientPermissionColumns,
  confirms: true,
})

export const getRecipientPermission = exchangeCmdlet({
  name: 'Get-RecipientPermission',
  synopsis: 'Shows who may send as a mailbox, or as any mailbox.',
  parameters: {
    Identity: optional(text, 'The mailbox; every mailbox when absent.', { position: 0 }),
    AccessRights: optional(choices(['SendAs']), 'The right: SendAs is the only one.'),
    Trustee: optional(text, userMeaning),
    IncludeTrusteeWithPrimarySmtpAddress: optional(
      switched,
      "Tells the trustee's primary address as well (seen with --json).",
    ),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: recipientPermissionColumns,
})

const noSuchRecipient = optional(switched, 'Accepted, without effect.')

export const removeRecipientPermission = exchangeCmdlet({
  name: 'Remove-RecipientPermission',
  synopsis: 'Takes the right to send as a mailbox back.',
  parameters: {
    Identity: mandatory(text, 'The mailbox.', { position: 0 }),
    AccessRights: mandatory(choices(['SendAs']), 'The right: SendAs is the only one.'),
    Trustee: optional(text, `In place of -MultiTrustees. ${userMeaning}`),
    MultiTrustees: optional(texts, 'In place of -Trustee: several of them.'),
    Deny: optional(switched, 'Means the entry that denies.'),
    SkipDomainValidationForMailContact: noSuchRecipient,
    SkipDomainValidationForMailUser: noSuchRecipient,
    SkipDomainValidationForSharedMailbox: noSuchRecipient,
  },
  columns: [],
  confirms: true,
  undo: ({ Identity, Trustee, AccessRights, Deny }) =>
    Trustee === undefined
      ? undefined
      : commandLine('Add-RecipientPermission', { Identity, Trustee, AccessRights, Deny }),
})
