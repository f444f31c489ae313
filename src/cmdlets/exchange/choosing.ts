import { optional } from '../cmdlet.ts'
import { choices, switched, text } from '../parameter-type.ts'
import { recipientTypes } from './recipients.ts'
import { resultSize, resultSizeMeaning } from './parameter-types.ts'

/** The parameters that select mailboxes in `Get-Mailbox` and `Get-CASMailbox`. */
export const choosing = {
  Anr: optional(text, 'Only mailboxes whose name, display name, alias or address begins with this text.'),
  Filter: optional(
    text,
    "An OPATH filter, such as: Alias -like 'info*' -and IsShared -eq $true. Operators: -eq, -ne, -gt, -ge, -lt, -le, -like, -notlike, -and, -or, -not, parentheses.",
  ),
  RecipientTypeDetails: optional(choices(recipientTypes), 'Only mailboxes of these kinds.'),
  SortBy: optional(text, 'The property to sort by, in ascending order.'),
  ResultSize: optional(resultSize, resultSizeMeaning),
} as const

/** Kinds of mailboxes that do not exist here. */
export const absentKinds = {
  Archive: optional(switched, 'Only mailboxes with an archive; matches no mailbox.'),
  PublicFolder: optional(switched, 'Only mailboxes of public folders; matches no mailbox.'),
  GroupMailbox: optional(switched, 'Only mailboxes of groups; matches no mailbox.'),
} as const
