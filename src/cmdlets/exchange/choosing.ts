import { optional } from '../cmdlet.ts'
import { choices, switched, text } from '../parameter-type.ts'
import { recipientTypes } from './mailboxes/recipient-types.ts'
import { resultSize, resultSizeMeaning } from './result-size.ts'

/** How `Get-Mailbox` and `Get-CASMailbox` are told which mailboxes are meant. */
export const choosing = {
  Anr: optional(text, 'Mailboxes whose name, display name, alias or address begins with this.'),
  Filter: optional(
    text,
    "Only mailboxes whose properties fit, in OPATH: Alias -like 'info*' -and IsShared -eq $true. Knows -eq, -ne, -gt, -ge, -lt, -le, -like, -notlike, -and, -or, -not and parentheses; -and binds closer than -or.",
  ),
  RecipientTypeDetails: optional(choices(recipientTypes), 'Only mailboxes of these kinds.'),
  SortBy: optional(text, 'The property to sort by, from the least to the greatest.'),
  ResultSize: optional(resultSize, resultSizeMeaning),
} as const

/** Kinds of mailboxes that do not exist here. */
export const absentKinds = {
  Archive: optional(switched, 'Only mailboxes with an archive; matches no mailbox.'),
  PublicFolder: optional(switched, 'Only mailboxes of public folders; matches no mailbox.'),
  GroupMailbox: optional(switched, 'Only mailboxes of groups; matches no mailbox.'),
} as const
