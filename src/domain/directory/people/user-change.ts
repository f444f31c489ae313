import type { MailboxId, TenantId } from '../../../core/ids.ts'
import { ask, askOne, sql, type Statements } from '../../../storage/engine.ts'
import { changesBetween, type AuditEvent, userTarget } from '../audit/audit-event.ts'
import { checkText, limits } from '../limits.ts'
import { addressIn, fold } from '../names.ts'
import { domainsOf } from '../domains.ts'
import type { UserChange } from '../types.ts'
import { optional, refuseTakenAddress, type UserRow } from './user-row.ts'

/** A user's values in the audit log. */
export const shown = (row: UserRow) => ({
  userPrincipalName: row.upn,
  displayName: row.display_name,
  mailNickname: row.mail_nickname,
  givenName: row.given_name,
  surname: row.surname,
  accountEnabled: row.account_enabled === 1,
})

export function auditEventsOf(before: UserRow, after: UserRow, hasNewPassword: boolean): readonly AuditEvent[] {
  const targets = [userTarget(after)] as const
  const changes = changesBetween(shown(before), shown(after))
  const auditEvents: AuditEvent[] = []
  if (hasNewPassword) auditEvents.push({ activity: 'Reset user password', targets })
  if (before.account_enabled !== after.account_enabled) {
    auditEvents.push({ activity: after.account_enabled === 1 ? 'Enable account' : 'Disable account', targets })
  }
  if (changes.length > 0 || auditEvents.length === 0) auditEvents.push({ activity: 'Update user', targets, changes })
  return auditEvents
}

/** Inside a write: the row after the change. */
export function* changed(before: UserRow, change: UserChange): Statements<UserRow> {
  return {
    ...before,
    upn: yield* upnAfter(before, change.userPrincipalName),
    display_name: checkText(change.displayName ?? before.display_name, 'displayName', limits.displayName),
    mail_nickname: checkText(change.mailNickname ?? before.mail_nickname, 'mailNickname', limits.nickname),
    given_name:
      change.givenName === undefined ? before.given_name : optional(change.givenName ?? undefined, 'givenName'),
    surname: change.surname === undefined ? before.surname : optional(change.surname ?? undefined, 'surname'),
    account_enabled: change.accountEnabled === undefined ? before.account_enabled : Number(change.accountEnabled),
  }
}

function* upnAfter(before: UserRow, wanted: string | undefined): Statements<string> {
  if (wanted === undefined || wanted === before.upn) return before.upn
  const upn = addressIn(yield* domainsOf(before.tenant), wanted, 'userPrincipalName')
  const isOwn = fold(upn) === fold(before.upn) || (yield* isAddressOf(before, upn))
  if (!isOwn) yield* refuseTakenAddress(before.tenant, upn, 'userPrincipalName')
  return upn
}

function* isAddressOf(user: UserRow, address: string): Statements<boolean> {
  const found = yield* askOne(sql`select 1 as one from directory_address a join directory_mailbox m on m.id = a.mailbox
    where a.tenant = ${user.tenant} and a.address_key = ${fold(address)} and m.user_id = ${user.id}`)
  return found !== undefined
}

/** Inside a write. */
export function* updateUser(after: UserRow, mustChangePassword: boolean | undefined): Statements<void> {
  yield* ask(sql`update directory_user set upn = ${after.upn}, upn_key = ${fold(after.upn)},
      display_name = ${after.display_name}, display_key = ${fold(after.display_name)}, mail_nickname = ${after.mail_nickname}, given_name = ${after.given_name},
      surname = ${after.surname}, account_enabled = ${after.account_enabled}
    where id = ${after.id}`)
  if (mustChangePassword === undefined) return
  yield* ask(sql`update directory_user set must_change_password = ${Number(mustChangePassword)} where id = ${after.id}`)
}

/** Inside a write. Ends everything that was issued before that time, so two changes never have the same time. */
export function* setPassword(user: UserRow, passwordHash: string, at: number): Statements<void> {
  const moment = Math.max(at, (user.password_changed ?? 0) + 1)
  yield* ask(sql`update directory_user set password_hash = ${passwordHash}, password_changed = ${moment},
    must_change_password = 0 where id = ${user.id}`)
  yield* ask(sql`delete from directory_failed_guesses where user_id = ${user.id}`)
  yield* ask(sql`delete from directory_familiar_network where user_id = ${user.id}`)
}

/** Inside a write: gives the mailbox of a user the same names. Its other addresses stay. */
export function* renameMailbox(before: UserRow, after: UserRow): Statements<void> {
  const mailbox = yield* askOne<{ id: MailboxId; tenant: TenantId; addresses: string }>(
    sql`select id, tenant, addresses from directory_mailbox where user_id = ${after.id}`,
  )
  if (!mailbox) return
  yield* ask(sql`update directory_mailbox set upn = ${after.upn}, display_name = ${after.display_name},
    display_key = ${fold(after.display_name)} where id = ${mailbox.id}`)
  const [old, fresh] = [fold(before.upn), fold(after.upn)]
  if (old === fresh) return
  const addresses = (JSON.parse(mailbox.addresses) as string[]).map((proxy) => fold(proxy.replace(/^smtp:/i, '')))
  if (!addresses.includes(old)) {
    yield* ask(sql`delete from directory_address where tenant = ${mailbox.tenant} and address_key = ${old}`)
  }
  yield* ask(sql`insert into directory_address (tenant, address_key, mailbox)
    values (${mailbox.tenant}, ${fresh}, ${mailbox.id}) on conflict (tenant, address_key) do nothing`)
}
