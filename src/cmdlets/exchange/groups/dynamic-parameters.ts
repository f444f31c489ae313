import { optional } from '../../cmdlet.ts'
import { choices, text, texts } from '../../parameter-type.ts'

export const includedRecipients = [
  'AllRecipients',
  'MailboxUsers',
  'MailContacts',
  'MailGroups',
  'MailUsers',
  'Resources',
] as const

const condition = optional(texts, 'With -IncludedRecipients: only those where CustomAttribute… is one of these.')

/** docs/reference/exchange-admin.md §9.6: who is in a dynamic group, by a filter or by its ready-made parts. */
export const dynamicParameters = {
  RecipientFilter: optional(
    text,
    "Its members, as an OPATH filter, such as: RecipientTypeDetails -eq 'SharedMailbox'.",
  ),
  IncludedRecipients: optional(choices(includedRecipients), 'In place of -RecipientFilter: its members, by kind.'),
  ConditionalCustomAttribute1: condition,
  ConditionalCustomAttribute2: condition,
  ConditionalCustomAttribute3: condition,
  ConditionalCustomAttribute4: condition,
  ConditionalCustomAttribute5: condition,
  ConditionalCustomAttribute6: condition,
  ConditionalCustomAttribute7: condition,
  ConditionalCustomAttribute8: condition,
  ConditionalCustomAttribute9: condition,
  ConditionalCustomAttribute10: condition,
  ConditionalCustomAttribute11: condition,
  ConditionalCustomAttribute12: condition,
  ConditionalCustomAttribute13: condition,
  ConditionalCustomAttribute14: condition,
  ConditionalCustomAttribute15: condition,
} as const

export const dynamicGroupColumns = ['Name', 'DisplayName', 'PrimarySmtpAddress', 'RecipientFilter']
