import type { Guid, MailboxId, TenantId, UserId } from '../../../../core/ids.ts'
import { refuse } from '../../../../core/refusal.ts'
import { askOne, sql, type Statements } from '../../../../storage/engine.ts'
import { otherTarget } from '../../audit/audit-event.ts'
import { settingsOf } from './kept-settings.ts'
import { mailFlowOf } from '../recipients/mail-flow.ts'
import type { MailboxRecord, RecipientType } from '../../types.ts'

export interface MailboxRow {
  readonly id: MailboxId
  readonly tenant: TenantId
  readonly guid: Guid
  readonly exchange_guid: Guid
  readonly user_id: UserId
  readonly name: string
  readonly name_key: string
  readonly alias: string
  readonly alias_key: string
  readonly display_name: string
  readonly upn: string
  readonly primary_address: string
  readonly addresses: string
  readonly type: RecipientType
  readonly imap_enabled: number
  readonly pop_enabled: number
  readonly protocols: string
  readonly settings: string
  readonly created: number
  readonly changed: number
}

export function mailboxOf(row: MailboxRow): MailboxRecord {
  const { SmtpClientAuthenticationDisabled: smtp, ...protocols } = settingsOf(row.protocols)
  const settings = settingsOf(row.settings)
  return {
    id: row.id,
    tenant: row.tenant,
    guid: row.guid,
    exchangeGuid: row.exchange_guid,
    externalDirectoryObjectId: row.user_id,
    name: row.name,
    alias: row.alias,
    displayName: row.display_name,
    userPrincipalName: row.upn,
    primarySmtpAddress: row.primary_address,
    emailAddresses: JSON.parse(row.addresses) as string[],
    type: row.type,
    imapEnabled: row.imap_enabled === 1,
    popEnabled: row.pop_enabled === 1,
    smtpClientAuthenticationDisabled: typeof smtp === 'boolean' ? smtp : undefined,
    protocols,
    settings,
    mailFlow: mailFlowOf(settings),
    created: row.created,
    changed: row.changed,
  }
}

export const mailboxTarget = ({ guid, displayName }: MailboxRecord) => otherTarget(guid, displayName)

/** What the audit tells of a mailbox. */
export const shown = ({
  primarySmtpAddress,
  displayName,
  type,
  imapEnabled,
  popEnabled,
  ...record
}: MailboxRecord) => ({
  name: record.name,
  alias: record.alias,
  primarySmtpAddress,
  emailAddresses: record.emailAddresses,
  displayName,
  type,
  imapEnabled,
  popEnabled,
  smtpClientAuthenticationDisabled: record.smtpClientAuthenticationDisabled,
  ...record.protocols,
  ...record.settings,
})

export const refuseUnknownMailbox = (): never =>
  refuse('no-such-thing', "The mailbox couldn't be found in the directory.", { property: 'Identity' })

/** Inside a write. */
export function* lockedMailbox(id: MailboxId): Statements<MailboxRow> {
  const row = yield* askOne<MailboxRow>(sql`select * from directory_mailbox where id = ${id}`)
  return row ?? refuseUnknownMailbox()
}
