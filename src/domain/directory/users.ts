import { hash } from '@node-rs/argon2'
import { isGuid, type TenantId, type UserId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import { ask, askOne, sql, type Statements } from '../../storage/engine.ts'
import type { Ledger } from './ledger.ts'
import { checkOptionalText, checkText, limits } from './limits.ts'
import { addressIn, fold } from './names.ts'
import { refuseTaken } from './refusals.ts'
import { nextSid } from './sids.ts'
import { domainsOf } from './tenants.ts'
import type { Directory, NewUser, User } from './types.ts'

export function createUsers(ledger: Ledger): Directory['users'] {
  return {
    async find(tenant, named) {
      const key = fold(named)
      const row = isGuid(key)
        ? await ledger.first<UserRow>(sql`select * from directory_user where tenant = ${tenant} and id = ${key}`)
        : await ledger.first<UserRow>(sql`select * from directory_user where tenant = ${tenant} and upn_key = ${key}`)
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
      const passwordHash = await hashPassword(given.password)
      return ledger.write(tenant, { what: 'user added', subject: id }, (revision) =>
        insertUser({ tenant, id, created, revision, passwordHash, mail: undefined }, given),
      )
    },
  }
}

interface UserRow {
  readonly id: UserId
  readonly tenant: TenantId
  readonly upn: string
  readonly display_name: string
  readonly mail_nickname: string
  readonly mail: string | null
  readonly given_name: string | null
  readonly surname: string | null
  readonly account_enabled: number
  readonly created: number
}

const userOf = (row: UserRow): User => ({
  id: row.id,
  tenant: row.tenant,
  userPrincipalName: row.upn,
  displayName: row.display_name,
  mailNickname: row.mail_nickname,
  mail: row.mail ?? undefined,
  givenName: row.given_name ?? undefined,
  surname: row.surname ?? undefined,
  accountEnabled: row.account_enabled === 1,
  created: row.created,
})

/** Argon2id at the library's defaults (19 MiB, two passes): a person's password can be guessed, so guessing must cost. */
export async function hashPassword(password: string | undefined): Promise<string | null> {
  if (password === undefined) return null
  if (password === '' || password.length > limits.password) {
    refuse('bad-syntax', `A password has 1 to ${limits.password} characters.`, { property: 'password' })
  }
  return hash(password)
}

/** Inside a write. Its userPrincipalName may be nobody's yet, neither as a name nor as an address of a mailbox. */
export function* insertUser(
  made: {
    tenant: TenantId
    id: UserId
    created: number
    revision: number
    passwordHash: string | null
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
    created: made.created,
  }
  yield* ask(sql`insert into directory_user (id, tenant, upn, upn_key, display_name, mail_nickname, mail, given_name,
      surname, account_enabled, password_hash, sid, created, revision)
    values (${row.id}, ${tenant}, ${upn}, ${fold(upn)}, ${row.display_name}, ${row.mail_nickname}, ${row.mail},
      ${row.given_name}, ${row.surname}, ${row.account_enabled}, ${made.passwordHash}, ${sid}, ${row.created},
      ${made.revision})`)
  return userOf(row)
}

const optional = (text: string | undefined, property: string): string | null =>
  text === undefined ? null : checkOptionalText(text, property, limits.shortText)

/**
 * Inside a write. Addresses and userPrincipalNames share one space: a mail protocol may name a mailbox by either, and
 * must never be led to another one.
 */
export function* refuseTakenAddress(tenant: TenantId, address: string, property: string): Statements<void> {
  const key = fold(address)
  const taken =
    (yield* askOne(sql`select 1 as one from directory_user where tenant = ${tenant} and upn_key = ${key}`)) ??
    (yield* askOne(sql`select 1 as one from directory_address where tenant = ${tenant} and address_key = ${key}`))
  if (taken) refuseTaken(property)
}
