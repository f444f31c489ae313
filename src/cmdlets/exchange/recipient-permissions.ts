import { commandLine } from '../../core/command-line.ts'
import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { choices, switched, text, texts } from '../parameter-type.ts'
import { recipientPermissionColumns } from './columns.ts'
import { userMeaning } from './mailbox-permissions.ts'
import { resultSize, resultSizeMeaning } from './parameter-types.ts'

export const addRecipientPermission = exchangeCmdlet({
  name: 'Add-RecipientPermission',
  synopsis: 'Grants the right to send as a mailbox, which FullAccess does not include.',
  parameters: {
    Identity: mandatory(text, 'The mailbox.', { position: 0 }),
    AccessRights: mandatory(choices(['SendAs']), 'The right: SendAs is the only one.'),
    Trustee: mandatory(text, userMeaning),
    Deny: optional(switched, 'Denies the right, whatever else grants it; an extension of Postern.'),
  },
  columns: recipientPermissionColumns,
  confirms: true,
})

export const getRecipientPermission = exchangeCmdlet({
  name: 'Get-RecipientPermission',
  synopsis: 'Lists who may send as a mailbox, or as any mailbox.',
  parameters: {
    Identity: optional(text, 'The mailbox (default: every mailbox).', { position: 0 }),
    AccessRights: optional(choices(['SendAs']), 'The right: SendAs is the only one.'),
    Trustee: optional(text, userMeaning),
    IncludeTrusteeWithPrimarySmtpAddress: optional(
      switched,
      "Also returns the trustee's primary address (with --json).",
    ),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: recipientPermissionColumns,
})

const noSuchRecipient = optional(switched, 'Accepted, without effect.')

export const removeRecipientPermission = exchangeCmdlet({
  name: 'Remove-RecipientPermission',
  synopsis: 'Removes the right to send as a mailbox.',
  parameters: {
    Identity: mandatory(text, 'The mailbox.', { position: 0 }),
    AccessRights: mandatory(choices(['SendAs']), 'The right: SendAs is the only one.'),
    Trustee: optional(text, `In place of -MultiTrustees. ${userMeaning}`),
    MultiTrustees: optional(texts, 'In place of -Trustee: several of them.'),
    Deny: optional(switched, 'Selects the entry that denies.'),
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
