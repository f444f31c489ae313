import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { choice, integer, switched, text, texts } from '../parameter-type.ts'
import { dateTime } from './date-time.ts'

export const auditSessionCommands = ['ReturnLargeSet', 'ReturnNextPreviewPage'] as const

export const searchUnifiedAuditLog = exchangeCmdlet({
  name: 'Search-UnifiedAuditLog',
  synopsis: 'Shows what was done to the directory and to mailboxes, and who signed in, newest first.',
  parameters: {
    StartDate: mandatory(dateTime, 'From this moment on, in UTC.'),
    EndDate: mandatory(dateTime, 'Before this moment, in UTC; a date alone is its midnight.'),
    Operations: optional(texts, 'Only these: cmdlets, activities of the directory, UserLoggedIn, MailboxLogin.'),
    RecordType: optional(
      text,
      'Only this kind: ExchangeAdmin, ExchangeItem, AzureActiveDirectory or AzureActiveDirectoryStsLogon.',
    ),
    UserIds: optional(texts, 'Only what these did: user principal names, ids, or client ids of apps.'),
    IPAddresses: optional(texts, 'Only what came from these addresses.'),
    ObjectIds: optional(texts, 'Only what was done to these.'),
    FreeText: optional(text, 'Only records in which this stands.'),
    SessionId: optional(text, 'Any text: each further call with the same one gives the next records.'),
    SessionCommand: optional(
      choice(auditSessionCommands),
      'ReturnNextPreviewPage gives 5,000 records in all, ReturnLargeSet 50,000. Goes with -SessionId.',
    ),
    ResultSize: optional(integer(1, 5000), 'How many records at once: 100 when absent, 5000 at most.'),
    Formatted: optional(switched, 'Accepted, without effect.'),
    HighCompleteness: optional(switched, 'Accepted, without effect: a search is always complete.'),
  },
  columns: ['CreationDate', 'RecordType', 'Operations', 'UserIds', 'ResultIndex', 'ResultCount'],
})
