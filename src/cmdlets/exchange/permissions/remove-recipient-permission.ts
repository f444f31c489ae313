import { commandLine } from '../../../core/command-line.ts'
import { exchangeCmdlet, mandatory, optional } from '../../cmdlet.ts'
import { choices, switched, text, texts } from '../../parameter-type.ts'
import { userMeaning } from './access-rights.ts'

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
