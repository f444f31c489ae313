import { casInitial } from '../../../cmdlets/exchange/mailboxes/cas-parameters.ts'
import type { MailboxRecord, Tenant } from '../../../domain/directory/types.ts'
import { metadata } from './metadata.ts'
import type { Output } from './output.ts'

/** contract/exchange-admin §3.3 */
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
