import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { choice, integer, switched, text, texts } from '../parameter-type.ts'
import { dateTime } from './parameter-types.ts'

export const auditSessionCommands = ['ReturnLargeSet', 'ReturnNextPreviewPage'] as const

export const searchUnifiedAuditLog = exchangeCmdlet({
  name: 'Search-UnifiedAuditLog',
  synopsis: 'Searches changes of the directory and of mailboxes, and sign-ins; newest first.',
  parameters: {
    StartDate: mandatory(dateTime, 'The start, in UTC.'),
    EndDate: mandatory(dateTime, 'The end, in UTC, not included; a date without a time is its midnight.'),
    Operations: optional(
      texts,
      'Only these operations: cmdlets, activities of the directory, UserLoggedIn, MailboxLogin.',
    ),
    RecordType: optional(
      text,
      'Only records of this type: ExchangeAdmin, ExchangeItem, AzureActiveDirectory or AzureActiveDirectoryStsLogon.',
    ),
    UserIds: optional(texts, 'Only records of these actors: user principal names, ids, or client ids of apps.'),
    IPAddresses: optional(texts, 'Only records from these addresses.'),
    ObjectIds: optional(texts, 'Only records about these objects.'),
    FreeText: optional(text, 'Only records that contain this text.'),
    SessionId: optional(text, 'Any text. Each further call with the same text returns the next records.'),
    SessionCommand: optional(
      choice(auditSessionCommands),
      'ReturnNextPreviewPage returns up to 5,000 records in all, ReturnLargeSet 50,000. Used with -SessionId.',
    ),
    ResultSize: optional(integer(1, 5000), 'The number of records at once (default: 100; at most 5000).'),
    Formatted: optional(switched, 'Accepted, without effect.'),
    HighCompleteness: optional(switched, 'Accepted, without effect: a search is always complete.'),
  },
  columns: [
    'CreationDate',
    'Operations',
    'UserIds',
    'Target=AuditData/MailboxOwnerUPN|AuditData/ModifiedObjectResolvedName|AuditData/ObjectId',
    'Result=AuditData/ResultStatus',
    'Reason=AuditData/LogonError|AuditData/ExtendedProperties/ResultReason|AuditData/ExtendedProperties/FailedCheck',
  ],
})
