import { type Guid, isGuid, type TenantId, type UserId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import { ask, inARow, sql } from '../../../storage/engine.ts'
import type { JournalEntry } from '../directory-journal.ts'
import type { DirectoryTx } from '../directory-tx.ts'
import { fold } from '../names.ts'
import { conditions, pageOf } from '../pages.ts'
import type { Passwords } from './passwords.ts'
import { setHeldAside } from '../exchange/mailboxes/removed-mailboxes.ts'
import { refuseUnknownObject } from '../refusals.ts'
import { removeMailboxOf, removeUser, setUserAside } from '../removal.ts'
import type { Directory, UserWhere } from '../types.ts'
import { changesBetween, userTarget } from '../audit/audit-event.ts'
import { changed, auditEventsOf, renameMailbox, setPassword, shown, updateUser } from './user-change.ts'
import { insertUser, userIn, type UserRow, userOf } from './user-row.ts'

export function createUsers(directoryTx: DirectoryTx, passwords: Passwords): Directory['users'] {
  const mailboxBehind = async (tenant: TenantId, id: UserId) =>
    (
      await directoryTx.first<{ guid: Guid }>(
        sql`select guid from directory_mailbox where tenant = ${tenant} and user_id = ${id}`,
      )
    )?.guid

  const nameOf = async (tenant: TenantId, id: UserId) =>
    (
      await directoryTx.first<{ upn: string }>(
        sql`select upn from directory_user where tenant = ${tenant} and id = ${fold(id)}`,
      )
    )?.upn ?? refuseUnknownObject(id)

  return {
    async find(tenant, named) {
      const key = fold(named)
      const row = isGuid(key)
        ? await directoryTx.first<UserRow>(sql`select * from directory_user where tenant = ${tenant} and id = ${key}`)
        : await directoryTx.first<UserRow>(
            sql`select * from directory_user where tenant = ${tenant} and upn_key = ${key}`,
          )
      return row && userOf(row)
    },

    async findAnywhere(userPrincipalName) {
      const key = fold(userPrincipalName)
      const row = await directoryTx.first<UserRow>(sql`select u.* from directory_domain d
        join directory_user u on u.tenant = d.tenant
        where d.name = ${key.slice(key.lastIndexOf('@') + 1)} and u.upn_key = ${key}`)
      return row && userOf(row)
    },

    async page(tenant, { where = {}, ...asked }) {
      const select = sql`select t.* from directory_user t where t.tenant = ${tenant}`
      return (await directoryTx.all<UserRow>(pageOf(select, narrowing(where), asked))).map(userOf)
    },

    async count(tenant, where = {}) {
      const select = sql`select count(*) as held from directory_user t where t.tenant = ${tenant}`
      return (await directoryTx.first<{ held: number }>(inARow(select, ...narrowing(where))))?.held ?? 0
    },

    async create(tenant, given) {
      const id = directoryTx.world.guid<UserId>()
      const created = directoryTx.world.now()
      const passwordHash =
        given.password === undefined ? undefined : await passwords.hash(given.password, given.userPrincipalName)
      return directoryTx.write(tenant, { what: 'user added', subject: id }, function* (revision, tell) {
        const user = yield* insertUser({ tenant, id, created, revision, passwordHash, mail: undefined }, given)
        const row = yield* userIn(tenant, id)
        tell({ activity: 'Add user', targets: [userTarget(row)], changes: changesBetween({}, shown(row)) })
        return user
      })
    },

    async update(tenant, id, change) {
      const fresh =
        change.password === undefined
          ? undefined
          : await passwords.hash(change.password, change.userPrincipalName ?? (await nameOf(tenant, id)))
      const at = directoryTx.world.now()
      const mailbox = await mailboxBehind(tenant, id)
      // It may have another name now, by which protocols find it.
      return directoryTx.write(tenant, entryOf('user changed', id, mailbox), function* (_, tell) {
        const before = yield* userIn(tenant, id)
        const after = yield* changed(before, change)
        if (fresh !== undefined) yield* setPassword(before, fresh, at)
        yield* updateUser(after, change.mustChangePassword)
        if (mailbox !== undefined) yield* renameMailbox(before, after)
        for (const auditEvent of auditEventsOf(before, after, fresh !== undefined)) tell(auditEvent)
        return userOf(yield* userIn(tenant, id))
      })
    },

    async remove(tenant, id) {
      const mailbox = await mailboxBehind(tenant, id)
      const at = directoryTx.world.now()
      await directoryTx.write(tenant, entryOf('user removed', id, mailbox), function* (_, tell) {
        tell({ activity: 'Delete user', targets: [userTarget(yield* userIn(tenant, id))] })
        if (yield* setHeldAside(id, at)) yield* setUserAside(id)
        else {
          yield* removeMailboxOf(id)
          yield* removeUser(id)
        }
      })
    },

    async revokeSignIns(tenant, id) {
      const at = directoryTx.world.now()
      await directoryTx.write(tenant, { what: 'sign-ins revoked', subject: id }, function* (_, tell) {
        tell({
          activity: 'Update StsRefreshTokenValidFrom Timestamp',
          targets: [userTarget(yield* userIn(tenant, id))],
        })
        yield* ask(sql`update directory_user set sign_ins_revoked = ${at} where id = ${id}`)
      })
    },

    checkPassword: (tenant, userPrincipalName, password, from) =>
      passwords.check(tenant, userPrincipalName, password, from),

    async changePassword(tenant, userPrincipalName, old, wanted, from) {
      const checked = await passwords.check(tenant, userPrincipalName, old, from)
      if (!checked.ok) return checked
      if (wanted === old) refuse('bad-syntax', 'The new password is the old one.', { property: 'newPassword' })
      const fresh = await passwords.hash(wanted, userPrincipalName)
      const { user } = checked
      const at = directoryTx.world.now()
      const self = { kind: 'user', id: user.id, userPrincipalName: user.userPrincipalName, appId: undefined } as const
      return directoryTx.by(self).write(tenant, { what: 'password changed', subject: user.id }, function* (_, tell) {
        const row = yield* userIn(tenant, user.id)
        // Of two who change it at once, one comes with what is the old password no longer.
        if (row.password_changed !== user.passwordChanged) return { ok: false, because: 'wrong', user } as const
        yield* setPassword(row, fresh, at)
        tell({ activity: 'Change user password', targets: [userTarget(row)] })
        return { ok: true, user: userOf(yield* userIn(tenant, user.id)), mustChange: false } as const
      })
    },
  }
}

const narrowing = ({ userPrincipalName, mail, displayName }: UserWhere) =>
  conditions({ 't.upn_key': userPrincipalName, 't.mail_key': mail, 't.display_key': displayName })

/** About a user, and the mailbox behind one who has it. */
const entryOf = (what: string, user: UserId, mailbox: Guid | undefined): JournalEntry =>
  mailbox === undefined ? { what, subject: user } : { what, subject: mailbox, user }
