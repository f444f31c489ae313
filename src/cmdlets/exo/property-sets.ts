import { optional } from '../cmdlet.ts'
import { choices, texts } from '../parameter-type.ts'

const words = (text: string): readonly string[] => text.split(' ')
const numbered = (name: string, most: number): string =>
  Array.from({ length: most }, (_, at) => `${name}${at + 1}`).join(' ')
const custom = `${numbered('CustomAttribute', 15)} ${numbered('ExtensionCustomAttribute', 5)}`

type Sets = Readonly<Record<string, readonly string[]>>

/** The properties in each property set, by entity set. Answers leave out properties that Postern does not have. */
export const propertySets = {
  Mailbox: {
    Minimum: words(
      'Alias DisplayName DistinguishedName EmailAddresses ExchangeVersion ExternalDirectoryObjectId Guid Id Name OrganizationId PrimarySmtpAddress RecipientType RecipientTypeDetails UserPrincipalName',
    ),
    AddressList: words('ExternalDirectoryObjectId HiddenFromAddressListsEnabled'),
    Audit: words('AuditEnabled ExternalDirectoryObjectId'),
    Custom: words(`${custom} ExternalDirectoryObjectId`),
    Delivery: words(
      'AcceptMessagesOnlyFrom AcceptMessagesOnlyFromDLMembers AcceptMessagesOnlyFromSendersOrMembers DeliverToMailboxAndForward ExternalDirectoryObjectId ForwardingAddress ForwardingSmtpAddress GrantSendOnBehalfTo MaxReceiveSize MaxSendSize MessageCopyForSendOnBehalfEnabled MessageCopyForSentAsEnabled RecipientLimits RejectMessagesFrom RejectMessagesFromDLMembers RejectMessagesFromSendersOrMembers',
    ),
    Hold: words('ExternalDirectoryObjectId LitigationHoldEnabled'),
    Moderation: words('BypassModerationFromSendersOrMembers ExternalDirectoryObjectId ModeratedBy ModerationEnabled'),
    Quota: words('ExternalDirectoryObjectId IssueWarningQuota ProhibitSendQuota ProhibitSendReceiveQuota'),
    Resource: words('ExternalDirectoryObjectId IsResource ResourceCapacity ResourceType'),
    SoftDelete: words(
      'ExternalDirectoryObjectId IsInactiveMailbox IsSoftDeletedByDisable IsSoftDeletedByRemove WhenSoftDeleted',
    ),
    StatisticsSeed: words('ExchangeGuid ExternalDirectoryObjectId'),
  },
  CasMailbox: {
    Minimum: words(
      'ActiveSyncEnabled DisplayName ECPEnabled EmailAddresses EwsEnabled ExchangeVersion Guid Identity ImapEnabled MAPIEnabled Name OWAEnabled OrganizationId PopEnabled PrimarySmtpAddress',
    ),
    ActiveSync: words('ActiveSyncEnabled ExternalDirectoryObjectId Guid Identity Name OrganizationId'),
    Ews: words(
      'EwsAllowMacOutlook EwsAllowOutlook EwsEnabled ExternalDirectoryObjectId Guid Identity Name OrganizationId',
    ),
    Imap: words(
      'ExternalDirectoryObjectId Guid Identity ImapEnableExactRFC822Size ImapEnabled ImapForceICalForCalendarRetrievalOption ImapMessagesRetrievalMimeFormat ImapSuppressReadReceipt ImapUseProtocolDefaults Name OrganizationId',
    ),
    Mapi: words('ExternalDirectoryObjectId Guid Identity MAPIEnabled Name OrganizationId'),
    Pop: words(
      'ExternalDirectoryObjectId Guid Identity Name OrganizationId PopEnableExactRFC822Size PopEnabled PopForceICalForCalendarRetrievalOption PopMessagesRetrievalMimeFormat PopSuppressReadReceipt PopUseProtocolDefaults',
    ),
  },
  Recipient: {
    Minimum: words('ExchangeVersion ExternalDirectoryObjectId Name OrganizationId RecipientType RecipientTypeDetails'),
    Custom: words(custom),
  },
  MailboxStatistics: {
    Minimum: words('DeletedItemCount DisplayName ItemCount MailboxGuid TotalDeletedItemSize TotalItemSize'),
  },
} as const satisfies Readonly<Record<string, Sets>>

type Of = keyof typeof propertySets

/** `-PropertySets` and `-Properties` of the cmdlets that read an entity set. */
export const propertyParameters = (of: Of) => ({
  Properties: optional(texts, 'Also these properties.'),
  PropertySets: optional(
    choices([...Object.keys(propertySets[of]), 'All']),
    'The properties of these sets (default: Minimum; All for every property).',
  ),
})

/** The names of the requested properties; undefined for all. */
export function chosenProperties(
  of: Of,
  given: { readonly Properties?: readonly string[]; readonly PropertySets?: readonly string[] },
): readonly string[] | undefined {
  const sets: Sets = propertySets[of]
  // `-Properties` adds to the smallest set if no set is named.
  const requested = given.PropertySets ?? ['Minimum']
  if (requested.includes('All') || given.Properties?.includes('*')) return undefined
  return [...new Set([...requested.flatMap((name) => sets[name] ?? []), ...(given.Properties ?? [])])]
}
