import { isGuid, type UserId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import { ask, sql } from '../../storage/engine.ts'
import type { Ledger } from './ledger.ts'
import { fold } from './names.ts'
import type { Passwords } from './passwords.ts'
import type { Directory } from './types.ts'
import { insertUser, type UserRow, userOf } from './user-row.ts'

export function createUsers(ledger: Ledger, passwords: Passwords): Directory['users'] {
  return {
    async find(tenant, named) {
      const key = fold(named)
      const row = isGuid(key)
        ? await ledger.first<UserRow>(sql`select * from directory_user where tenant = ${tenant} and id = ${key}`)
        : await ledger.first<UserRow>(sql`select * from directory_user where tenant = ${tenant} and upn_key = ${key}`)
      return row && userOf(row)
    },

    async findAnywhere(userPrincipalName) {
      const key = fold(userPrincipalName)
      const row = await ledger.first<UserRow>(sql`select u.* from directory_domain d
        join directory_user u on u.tenant = d.tenant
        where d.name = ${key.slice(key.lastIndexOf('@') + 1)} and u.upn_key = ${key}`)
      return row && userOf(row)
    },

    async all(tenant) {
      const rows = await ledger.all<UserRow>(
        sql`select * from directory_user where tenant = ${tenant} order by revision, id`,
      )
      return rows.map(userOf)
    },

    async create(tenant, given) {
      const id = ledger.world.guid<UserId>()
      const created = ledger.world.now()
      const passwordHash = given.password === undefined ? undefined : await passwords.hash(given.password)
      return ledger.write(tenant, { what: 'user added', subject: id }, (revision) =>
        insertUser({ tenant, id, created, revision, passwordHash, mail: undefined }, given),
      )
    },

    checkPassword: (tenant, userPrincipalName, password) => passwords.check(tenant, userPrincipalName, password),

    async changePassword(tenant, userPrincipalName, old, wanted) {
      const checked = await passwords.check(tenant, userPrincipalName, old)
      if (!checked.ok) return checked
      if (wanted === old) refuse('bad-syntax', 'The new password is the old one.', { property: 'newPassword' })
      const fresh = await passwords.hash(wanted)
      const { id, passwordChanged } = checked.user
      const changed = Math.max(ledger.world.now(), (passwordChanged ?? 0) + 1)
      const first = await ledger.write(tenant, { what: 'password changed', subject: id }, () =>
        // Of two who change it at once, one comes with what is the old password no longer.
        ask(sql`update directory_user set password_hash = ${fresh}, password_changed = ${changed}, must_change_password = 0
          where id = ${id} and password_changed = ${passwordChanged ?? 0} returning id`),
      )
      const user = { ...checked.user, passwordChanged: changed }
      return first.length > 0
        ? { ok: true, user, mustChange: false }
        : { ok: false, because: 'wrong', user: checked.user }
    },
  }
}
