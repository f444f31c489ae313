import type { Guid, TenantId, UserId } from '../../../../core/ids.ts'
import { ask, sql, type Statements } from '../../../../storage/engine.ts'
import type { MailboxRow } from './mailbox-row.ts'
import { fold } from '../../names.ts'

/** A user as its row was. */
export interface RemovedUserRow {
  readonly id: UserId
  readonly tenant: TenantId
  readonly mail_nickname: string
  readonly given_name: string | null
  readonly surname: string | null
  readonly account_enabled: number
  readonly password_hash: string | null
  readonly password_changed: number | null
  readonly must_change_password: number
  readonly sid: string
  readonly created: number
  /** The authentication policy assigned to it; absent in rows that were kept before that was. */
  readonly policy?: Guid | null
}

interface Moment {
  readonly at: number
  readonly revision: number
}

/** Inside a write: the user, whose sign-ins until now are over, and whose authentication policy counts again if it is there. */
export function* insertRemovedUser(
  user: RemovedUserRow,
  mailbox: MailboxRow,
  { hash, at, revision }: Moment & { readonly hash: string | undefined },
): Statements<void> {
  yield* ask(sql`insert into directory_user (id, tenant, upn, upn_key, display_name, display_key, mail_nickname, mail,
      mail_key, given_name, surname, account_enabled, password_hash, password_changed, must_change_password, sid, created,
      revision, sign_ins_revoked)
    values (${user.id}, ${user.tenant}, ${mailbox.upn}, ${fold(mailbox.upn)}, ${mailbox.display_name},
      ${fold(mailbox.display_name)}, ${user.mail_nickname}, ${mailbox.primary_address},
      ${fold(mailbox.primary_address)}, ${user.given_name}, ${user.surname}, ${user.account_enabled},
      ${hash ?? user.password_hash}, ${hash === undefined ? user.password_changed : at},
      ${user.must_change_password}, ${user.sid}, ${user.created}, ${revision}, ${at})`)
  if (!user.policy) return
  yield* ask(sql`insert into directory_user_authentication_policy (user_id, policy)
    select cast(${user.id} as text), guid from directory_authentication_policy
    where guid = ${user.policy} and tenant = ${user.tenant}`)
}

/** Inside a write: the mailbox, under the number under which its mail is. */
export function* insertRemovedMailbox(
  row: MailboxRow,
  { addresses, at, revision }: Moment & { readonly addresses: readonly string[] },
): Statements<void> {
  yield* ask(sql`insert into directory_mailbox (id, tenant, guid, exchange_guid, user_id, name, name_key, alias, alias_key,
      display_name, display_key, upn, primary_address, addresses, type, imap_enabled, pop_enabled, protocols, settings,
      created, changed, revision)
    values (${row.id}, ${row.tenant}, ${row.guid}, ${row.exchange_guid}, ${row.user_id}, ${row.name}, ${fold(row.name)},
      ${row.alias}, ${fold(row.alias)}, ${row.display_name}, ${fold(row.display_name)}, ${row.upn},
      ${row.primary_address}, ${JSON.stringify(addresses)}, ${row.type}, ${row.imap_enabled}, ${row.pop_enabled},
      ${row.protocols}, ${row.settings}, ${row.created}, ${at}, ${revision})`)
}
