import type { TenantId, UserId } from '../../../core/ids.ts'
import { ask, askOne, sql, type Statements } from '../../../storage/engine.ts'
import { checkOptionalText, checkText, limits } from '../limits.ts'
import { addressIn, fold } from '../names.ts'
import { refuseTaken, refuseUnknownObject } from '../refusals.ts'
import { nextSid } from '../exchange/permissions/sids.ts'
import { domainsOf } from '../domains.ts'
import type { NewUser, User } from '../types.ts'

export interface UserRow {
  readonly id: UserId
  readonly tenant: TenantId
  readonly upn: string
  readonly display_name: string
  readonly mail_nickname: string
  readonly mail: string | null
  readonly given_name: string | null
  readonly surname: string | null
  readonly account_enabled: number
  readonly password_changed: number | null
  readonly sign_ins_revoked: number | null
  readonly created: number
}

export const userOf = (row: UserRow): User => ({
  id: row.id,
  tenant: row.tenant,
  userPrincipalName: row.upn,
  displayName: row.display_name,
  mailNickname: row.mail_nickname,
  mail: row.mail ?? undefined,
  givenName: row.given_name ?? undefined,
  surname: row.surname ?? undefined,
  accountEnabled: row.account_enabled === 1,
  passwordChanged: row.password_changed ?? undefined,
  signInsRevoked: row.sign_ins_revoked ?? undefined,
  created: row.created,
})

/** Inside a write. Its userPrincipalName may be nobody's yet, neither as a name nor as an address of a mailbox. */
export function* insertUser(
  made: {
    tenant: TenantId
    id: UserId
    created: number
    revision: number
    passwordHash: string | undefined
    mail: string | undefined
  },
  given: NewUser,
): Statements<User> {
  const { tenant } = made
  const upn = addressIn(yield* domainsOf(tenant), given.userPrincipalName, 'userPrincipalName')
  yield* refuseTakenAddress(tenant, upn, 'userPrincipalName')
  const sid = yield* nextSid(tenant)
  const row: UserRow = {
    id: made.id,
    tenant,
    upn,
    display_name: checkText(given.displayName, 'displayName', limits.displayName),
    mail_nickname: checkText(given.mailNickname, 'mailNickname', limits.nickname),
    mail: made.mail ?? null,
    given_name: optional(given.givenName, 'givenName'),
    surname: optional(given.surname, 'surname'),
    account_enabled: given.accountEnabled ? 1 : 0,
    password_changed: made.passwordHash === undefined ? null : made.created,
    sign_ins_revoked: null,
    created: made.created,
  }
  yield* ask(sql`insert into directory_user (id, tenant, upn, upn_key, display_name, display_key, mail_nickname, mail, mail_key, given_name,
      surname, account_enabled, password_hash, password_changed, must_change_password, sid, created, revision)
    values (${row.id}, ${tenant}, ${upn}, ${fold(upn)}, ${row.display_name}, ${fold(row.display_name)}, ${row.mail_nickname}, ${row.mail},
      ${row.mail === null ? null : fold(row.mail)},
      ${row.given_name}, ${row.surname}, ${row.account_enabled}, ${made.passwordHash ?? null}, ${row.password_changed},
      ${Number(given.mustChangePassword ?? false)}, ${sid}, ${row.created}, ${made.revision})`)
  return userOf(row)
}

/** Inside a write. */
export function* userIn(tenant: TenantId, id: UserId): Statements<UserRow> {
  const row = yield* askOne<UserRow>(sql`select * from directory_user where tenant = ${tenant} and id = ${fold(id)}`)
  return row ?? refuseUnknownObject(id)
}

export const optional = (text: string | undefined, property: string): string | null =>
  text === undefined ? null : checkOptionalText(text, property, limits.shortText)

/**
 * Inside a write. Addresses, of mailboxes and of groups, and userPrincipalNames share one space: a mail protocol may
 * name a mailbox by either, and must never be led to another one.
 */
export function* refuseTakenAddress(tenant: TenantId, address: string, property: string): Statements<void> {
  const key = fold(address)
  const taken =
    (yield* askOne(sql`select 1 as one from directory_user where tenant = ${tenant} and upn_key = ${key}`)) ??
    (yield* askOne(sql`select 1 as one from directory_address where tenant = ${tenant} and address_key = ${key}`)) ??
    (yield* askOne(sql`select 1 as one from directory_group_address where tenant = ${tenant} and address_key = ${key}`))
  if (taken) refuseTaken(property, address)
}
