import { writtenQuantity, writtenSpan } from '../../../cmdlets/exchange/parameter-types.ts'
import { casInitial } from '../../../cmdlets/exchange/cas-mailboxes.ts'
import { mailboxInitial } from '../../../cmdlets/exchange/mailboxes.ts'
import { DAY } from '../../../core/time.ts'
import type { Guid } from '../../../core/ids.ts'
import type { MailboxRecord, SettingValue, Tenant } from '../../../domain/directory/types.ts'
import type { QuotaLimits } from '../../../domain/mail/types.ts'
import { deliveryOutput } from './recipient.ts'
import { metadata, type Output } from './output.ts'

/** How long what is deleted is kept, unless RetainDeletedItemsFor says otherwise. */
export const RETAINED: number = 14 * DAY

const resourceTypes = { UserMailbox: null, SharedMailbox: null, RoomMailbox: 'Room', EquipmentMailbox: 'Equipment' }

/** docs/reference/exchange-admin.md §3.1, §9.2. */
export const mailboxOutput = (
  tenant: Tenant,
  record: MailboxRecord,
  quota: QuotaLimits,
  nameOf: (recipient: Guid) => string,
): Output => ({
  ExternalDirectoryObjectId: record.externalDirectoryObjectId,
  UserPrincipalName: record.userPrincipalName,
  MicrosoftOnlineServicesID: record.userPrincipalName,
  Name: record.name,
  Alias: record.alias,
  DisplayName: record.displayName,
  PrimarySmtpAddress: record.primarySmtpAddress,
  WindowsEmailAddress: record.primarySmtpAddress,
  EmailAddresses: record.emailAddresses,
  RecipientType: 'UserMailbox',
  RecipientTypeDetails: record.type,
  IsMailboxEnabled: true,
  IsInactiveMailbox: false,
  IsShared: record.type === 'SharedMailbox',
  IsResource: resourceTypes[record.type] !== null,
  ResourceType: resourceTypes[record.type],
  ExchangeGuid: record.exchangeGuid,
  Guid: record.guid,
  ExchangeObjectId: record.guid,
  Identity: record.name,
  Id: record.name,
  ...mailboxInitial,
  ...record.settings,
  LitigationHoldDate: dateOf(record.settings.LitigationHoldDate),
  LitigationHoldEnabled: record.settings.LitigationHoldEnabled === true,
  LitigationHoldDuration: writtenSpan(numberIn(record.settings.LitigationHoldDuration)),
  SingleItemRecoveryEnabled: record.settings.SingleItemRecoveryEnabled === true,
  RetainDeletedItemsFor: writtenSpan(numberIn(record.settings.RetainDeletedItemsFor) ?? RETAINED),
  ForwardingAddress: record.mailFlow.forwardTo === undefined ? null : nameOf(record.mailFlow.forwardTo),
  ForwardingSmtpAddress:
    record.mailFlow.forwardToAddress === undefined ? null : `smtp:${record.mailFlow.forwardToAddress}`,
  GrantSendOnBehalfTo: record.mailFlow.onBehalf.map(nameOf),
  MaxSendSize: writtenQuantity(record.mailFlow.maxSend),
  RecipientLimits: String(record.mailFlow.recipientLimit ?? 'Unlimited'),
  ...deliveryOutput(record.settings, record.mailFlow.delivery, nameOf),
  IssueWarningQuota: sizeOf(record.settings.IssueWarningQuota),
  ProhibitSendQuota: sizeOf(record.settings.ProhibitSendQuota),
  ProhibitSendReceiveQuota: writtenQuantity(quota.octets),
  WhenMailboxCreated: new Date(record.created),
  ...metadata(tenant, record),
})

const dateOf = (text: SettingValue | undefined): Date | null => (typeof text === 'string' ? new Date(text) : null)

const numberIn = (value: SettingValue | undefined): number | undefined =>
  typeof value === 'number' ? value : undefined

const sizeOf = (octets: SettingValue | undefined): string => writtenQuantity(numberIn(octets))

/** docs/reference/exchange-admin.md §3.3 */
export const casMailboxOutput = (tenant: Tenant, record: MailboxRecord): Output => ({
  Name: record.name,
  DisplayName: record.displayName,
  PrimarySmtpAddress: record.primarySmtpAddress,
  EmailAddresses: record.emailAddresses,
  RecipientTypeDetails: record.type,
  ImapEnabled: record.imapEnabled,
  ImapEnableExactRFC822Size: true,
  PopEnabled: record.popEnabled,
  PopEnableExactRFC822Size: true,
  SmtpClientAuthenticationDisabled: record.smtpClientAuthenticationDisabled ?? null,
  ...casInitial,
  ...record.protocols,
  ExternalDirectoryObjectId: record.externalDirectoryObjectId,
  Guid: record.guid,
  ExchangeObjectId: record.guid,
  Identity: record.name,
  Id: record.name,
  ...metadata(tenant, record),
})
