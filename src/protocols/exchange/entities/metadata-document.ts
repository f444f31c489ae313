import type { Administrator } from '../../../access/admin/decide.ts'
import type { HttpAnswer, HttpRequest } from '../../../core/http.ts'
import { trimEndOf } from '../../../core/trim-end.ts'
import { commandsOf } from '../authorization.ts'
import { responseHeaders } from '../envelope.ts'
import type { ExchangeDeps } from '../invoke-command.ts'
import { entitySets, related } from './entity-sets.ts'

/** The OData names of value types: docs/reference/exchange-admin.md §9.2. */
const edmTypes = {
  text: 'Edm.String',
  truth: 'Edm.Boolean',
  guid: 'Edm.Guid',
  moment: 'Edm.DateTimeOffset',
  texts: 'Collection(Edm.String)',
  entries: 'Collection(Exchange.PermissionEntry)',
} as const

/** The declared properties of the objects of a set. The type is open: an object may have more. */
interface EntityType {
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

const entityTypes: readonly EntityType[] = [
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

/**
 * docs/reference/exchange-admin.md §9.5: `GET …/adminapi/beta/{tenant}/$metadata`, what the entity sets are made of.
 */
export async function metadataDocument(
  _: ExchangeDeps,
  request: HttpRequest,
  caller: Administrator,
): Promise<HttpAnswer> {
  commandsOf(caller)
  return {
    status: 200,
    headers: { ...responseHeaders(request), 'content-type': 'application/xml;charset=utf-8' },
    body: document,
  }
}

type Attributes = Readonly<Record<string, string>>

/** Every name and value is one of ours, and none has a character that XML minds. */
function element(name: string, attributes: Attributes, ...inner: readonly string[]): string {
  const head = [name, ...Object.entries(attributes).map(([key, value]) => `${key}="${value}"`)].join(' ')
  return inner.length === 0 ? `<${head}/>` : `<${head}>${inner.join('')}</${name}>`
}

const functionName = (called: string): string | undefined => /^Exchange\.(\w+)\(\)$/.exec(called)?.[1]

/** OData CSDL 4.01 §6: open, as Exchange shows further properties. */
const entityType = ({ name, key, properties }: EntityType): string =>
  element(
    'EntityType',
    { Name: name, OpenType: 'true' },
    element('Key', {}, ...key.map((Name) => element('PropertyRef', { Name }))),
    ...Object.entries(properties).map(([Name, kind]) =>
      element('Property', {
        Name,
        Type: edmTypes[kind],
        ...(key.includes(Name) && { Nullable: 'false' }),
      }),
    ),
    ...related
      .filter((it) => it.of === name && functionName(it.name) === undefined)
      .map((it) =>
        element('NavigationProperty', {
          Name: it.name,
          Type: `Collection(Exchange.${it.name})`,
          ContainsTarget: 'true',
        }),
      ),
  )

/** OData CSDL 4.01 §12: the functions that are bound to one object. */
const functions = related.flatMap(({ name, of, answers }) => {
  const called = functionName(name)
  if (called === undefined) return []
  const type = 'Exchange.GenericHashTable'
  return [
    element(
      'Function',
      { Name: called, IsBound: 'true' },
      element('Parameter', { Name: of.toLowerCase(), Type: `Exchange.${of}`, Nullable: 'false' }),
      element('ReturnType', { Type: answers === 'many' ? `Collection(${type})` : type }),
    ),
  ]
})

const permissionEntry = element(
  'ComplexType',
  { Name: 'PermissionEntry' },
  element('Property', { Name: 'AccessRights', Type: 'Collection(Edm.String)' }),
  ...['Deny', 'IsInherited'].map((Name) => element('Property', { Name, Type: 'Edm.Boolean' })),
  element('Property', { Name: 'InheritanceType', Type: 'Edm.String' }),
)

const schema = element(
  'Schema',
  { Namespace: 'Exchange', xmlns: 'http://docs.oasis-open.org/odata/ns/edm' },
  ...entityTypes.map(entityType),
  element('ComplexType', { Name: 'GenericHashTable', OpenType: 'true' }),
  permissionEntry,
  ...functions,
  element(
    'EntityContainer',
    { Name: 'Container' },
    ...entitySets.map(({ name }) => element('EntitySet', { Name: name, EntityType: `Exchange.${name}` })),
  ),
)

const document = `<?xml version="1.0" encoding="utf-8"?>${element(
  'edmx:Edmx',
  { Version: '4.0', 'xmlns:edmx': 'http://docs.oasis-open.org/odata/ns/edmx' },
  element('edmx:DataServices', {}, schema),
)}`

type Kind = keyof typeof edmTypes

/**
 * docs/reference/exchange-admin.md §9.5: `GET …/adminapi/beta/{tenant}/`, the entity sets that this caller may read.
 */
export async function serviceDocument(
  _: ExchangeDeps,
  request: HttpRequest,
  caller: Administrator,
): Promise<HttpAnswer> {
  const may = commandsOf(caller)
  const value = entitySets
    .filter(({ command }) => may.includes(command))
    .map(({ name }) => ({ name, kind: 'EntitySet', url: name }))
  return {
    status: 200,
    headers: responseHeaders(request),
    body: { '@odata.context': `${request.base}${trimEndOf(request.path, '/')}/$metadata`, value },
  }
}
