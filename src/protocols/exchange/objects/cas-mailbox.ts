import type { MailboxRecord, Tenant } from '../../../domain/directory/types.ts'
import { metadata } from './metadata.ts'
import type { Output } from './output.ts'

/** contract/exchange-admin §3.3, as far as there are protocols here to open and close. */
export const casMailboxOutput = (tenant: Tenant, record: MailboxRecord): Output => ({
  Name: record.name,
  DisplayName: record.displayName,
  PrimarySmtpAddress: record.primarySmtpAddress,
  EmailAddresses: record.emailAddresses,
  RecipientTypeDetails: record.type,
  ImapEnabled: record.imapEnabled,
  ImapUseProtocolDefaults: true,
  ImapMessagesRetrievalMimeFormat: 'BestBodyFormat',
  ImapEnableExactRFC822Size: true,
  PopEnabled: record.popEnabled,
  PopUseProtocolDefaults: true,
  PopMessagesRetrievalMimeFormat: 'BestBodyFormat',
  PopEnableExactRFC822Size: true,
  ExternalDirectoryObjectId: record.externalDirectoryObjectId,
  Guid: record.guid,
  ExchangeObjectId: record.guid,
  Identity: record.name,
  Id: record.name,
  ...metadata(tenant, record),
})
