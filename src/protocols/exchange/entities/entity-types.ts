/** The OData names of value types: docs/reference/exchange-admin.md §9.2. */
export const edmTypes = {
  text: 'Edm.String',
  truth: 'Edm.Boolean',
  guid: 'Edm.Guid',
  moment: 'Edm.DateTimeOffset',
  texts: 'Collection(Edm.String)',
  entries: 'Collection(Exchange.PermissionEntry)',
} as const

type Kind = keyof typeof edmTypes

/** The declared properties of the objects of a set. The type is open: an object may have more. */
export interface EntityType {
  readonly name: string
  readonly key: readonly string[]
  readonly properties: Readonly<Record<string, Kind>>
}

const custom = Array.from({ length: 15 }, (_, at) => `CustomAttribute${at + 1}`).join(' ')

/** Of everything that the directory holds. */
const shared = {
  text: 'Name DisplayName PrimarySmtpAddress RecipientTypeDetails ExternalDirectoryObjectId Id DistinguishedName OrganizationId OriginatingServer ExchangeVersion ObjectState',
  texts: 'EmailAddresses ObjectClass',
  truth: 'IsValid',
  guid: 'Guid ExchangeObjectId',
  moment: 'WhenCreated WhenCreatedUTC WhenChanged WhenChangedUTC',
} as const

const type = (name: string, key: string, ...parts: readonly Readonly<Partial<Record<Kind, string>>>[]): EntityType => ({
  name,
  key: key.split(' '),
  properties: Object.fromEntries([
    ...key.split(' ').map((property) => [property, 'text'] as const),
    ...parts.flatMap((part) =>
      (Object.entries(part) as [Kind, string][]).flatMap(([kind, names]) =>
        names.split(' ').map((property) => [property, kind] as const),
      ),
    ),
  ]),
})

export const entityTypes: readonly EntityType[] = [
  type('CasMailbox', 'Identity', shared, {
    text: 'ImapMessagesRetrievalMimeFormat PopMessagesRetrievalMimeFormat EwsApplicationAccessPolicy',
    truth:
      'ImapEnabled PopEnabled SmtpClientAuthenticationDisabled ActiveSyncEnabled EwsEnabled MAPIEnabled OWAEnabled ECPEnabled OutlookMobileEnabled UniversalOutlookEnabled MacOutlookEnabled OneWinNativeOutlookEnabled EwsAllowOutlook EwsAllowMacOutlook EwsAllowEntourage',
    texts: 'EwsAllowList EwsBlockList',
  }),
  type('Mailbox', 'Identity', shared, {
    text: `UserPrincipalName MicrosoftOnlineServicesID Alias WindowsEmailAddress RecipientType ResourceType ForwardingAddress ForwardingSmtpAddress MaxSendSize MaxReceiveSize IssueWarningQuota ProhibitSendQuota ProhibitSendReceiveQuota ${custom}`,
    texts: 'GrantSendOnBehalfTo',
    truth:
      'IsMailboxEnabled IsShared IsResource HiddenFromAddressListsEnabled DeliverToMailboxAndForward MessageCopyForSentAsEnabled MessageCopyForSendOnBehalfEnabled MessageCopyForSMTPClientSubmissionEnabled AuditEnabled LitigationHoldEnabled',
    guid: 'ExchangeGuid',
    moment: 'WhenMailboxCreated',
  }),
  type('MailboxPermission', 'Identity UserSid', { text: 'MailboxIdentity User', entries: 'PermissionList' }),
  type('Recipient', 'Identity', shared, {
    text: `Alias RecipientType WindowsLiveID ${custom}`,
    truth: 'HiddenFromAddressListsEnabled',
    guid: 'ExchangeGuid',
    moment: 'WhenMailboxCreated',
  }),
  type('RecipientPermission', 'Identity TrusteeSidString AccessControlType', {
    text: 'Trustee InheritanceType ObjectState',
    texts: 'AccessRights',
    truth: 'IsInherited IsValid',
  }),
]
