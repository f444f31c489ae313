import { ask, sql, type Statements } from '../../../../storage/engine.ts'
import { addressesAfter, readdress } from '../recipients/addresses.ts'
import { type KeptSettings, settingsAfter, settingsOf } from './kept-settings.ts'
import { checkAlias, refuseTakenName } from '../recipients/recipient-names.ts'
import { checkText, limits } from '../../limits.ts'
import { lockedMailbox, type MailboxRow } from './mailbox-row.ts'
import { checkAddress, fold } from '../../names.ts'
import type { MailboxChange } from '../../types.ts'

/** Inside a write: the mailbox, and what its user has of it. */
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

/** Undefined where they stay. */
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

const protocolsAfter = ({ protocols: before }: MailboxRow, change: MailboxChange): KeptSettings => {
  const { smtpClientAuthenticationDisabled: smtp, protocols } = change
  return settingsAfter(settingsOf(before), {
    ...protocols,
    ...(smtp === undefined ? {} : { SmtpClientAuthenticationDisabled: smtp }),
  })
}

/** By the cmdlet that does it. */
export const activityOf = (change: MailboxChange) =>
  ['imapEnabled', 'popEnabled', 'smtpClientAuthenticationDisabled', 'protocols'].some((name) => name in change)
    ? 'Set-CASMailbox'
    : 'Set-Mailbox'
