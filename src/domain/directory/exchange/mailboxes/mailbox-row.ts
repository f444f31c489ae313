import type { Guid, MailboxId, TenantId, UserId } from '../../../../core/ids.ts'
import { refuse } from '../../../../core/refusal.ts'
import { ask, askOne, sql, type Statements } from '../../../../storage/engine.ts'
import { otherTarget } from '../../audit/audit-event.ts'
import { checkText, limits } from '../../limits.ts'
import { checkAddress, fold } from '../../names.ts'
import type { MailboxChange, MailboxRecord, RecipientType } from '../../types.ts'
import { addressesAfter, checkAlias, readdress, refuseTakenName } from '../recipients/addresses.ts'
import { mailFlowOf } from '../recipients/mail-flow.ts'
import { type StoredSettings, settingsAfter, settingsOf } from './kept-settings.ts'

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

/** The properties of a mailbox that the audit log shows. */
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

/** Inside a write: updates the mailbox and the properties that its user shares with it. */
export function* changedMailbox(before: MailboxRow, change: MailboxChange, changed: number): Statements<MailboxRow> {
  const { id, tenant, guid } = before
  const displayName = checkText(change.displayName ?? before.display_name, 'DisplayName', limits.displayName)
  const name = checkText(change.name ?? before.name, 'Name', limits.mailboxName)
  const alias = checkAlias(change.alias ?? before.alias)
  yield* refuseTakenName(tenant, { name, alias, own: guid })
  const addresses = addressesOf(before, change)
  const primary = addresses ? yield* readdress(before, addresses) : before.primary_address
  const settings = settingsAfter(settingsOf(before.settings), change.settings ?? {})
  const forwardTo = change.settings?.ForwardingSmtpAddress
  if (typeof forwardTo === 'string') checkAddress(forwardTo, 'ForwardingSmtpAddress')
  const imap = change.imapEnabled === undefined ? before.imap_enabled : Number(change.imapEnabled)
  const pop = change.popEnabled === undefined ? before.pop_enabled : Number(change.popEnabled)
  yield* ask(sql`update directory_mailbox set name = ${name}, name_key = ${fold(name)}, alias = ${alias},
    alias_key = ${fold(alias)}, display_name = ${displayName}, display_key = ${fold(displayName)},
    type = ${change.type ?? before.type}, primary_address = ${primary},
    addresses = ${addresses ? JSON.stringify(addresses) : before.addresses}, imap_enabled = ${imap},
    pop_enabled = ${pop}, protocols = ${JSON.stringify(protocolsAfter(before, change))},
    settings = ${JSON.stringify(settings)}, changed = ${changed} where id = ${id}`)
  yield* ask(sql`update directory_user set display_name = ${displayName}, display_key = ${fold(displayName)},
    mail_nickname = ${alias} where id = ${before.user_id}`)
  return yield* lockedMailbox(id)
}

/** Returns undefined if the addresses do not change. */
function addressesOf(
  { addresses: before }: MailboxRow,
  { emailAddresses, primarySmtpAddress }: MailboxChange,
): readonly string[] | undefined {
  if (emailAddresses === undefined && primarySmtpAddress === undefined) return undefined
  const held = JSON.parse(before) as string[]
  const listed = emailAddresses ? addressesAfter(held, emailAddresses) : held
  return primarySmtpAddress === undefined
    ? listed
    : addressesAfter(listed, { add: [`SMTP:${primarySmtpAddress}`], remove: [] })
}

const protocolsAfter = ({ protocols: before }: MailboxRow, change: MailboxChange): StoredSettings => {
  const { smtpClientAuthenticationDisabled: smtp, protocols } = change
  return settingsAfter(settingsOf(before), {
    ...protocols,
    ...(smtp === undefined ? {} : { SmtpClientAuthenticationDisabled: smtp }),
  })
}

/** The cmdlet that makes the change, as the audit log names it. */
export const activityOf = (change: MailboxChange) =>
  ['imapEnabled', 'popEnabled', 'smtpClientAuthenticationDisabled', 'protocols'].some((name) => name in change)
    ? 'Set-CASMailbox'
    : 'Set-Mailbox'
