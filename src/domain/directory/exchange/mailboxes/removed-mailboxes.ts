import { DAY } from '../../../../core/time.ts'
import type { Guid, MailboxId, TenantId, UserId } from '../../../../core/ids.ts'
import { refuse } from '../../../../core/refusal.ts'
import { ask, askOne, sql, type Statement, type Statements } from '../../../../storage/engine.ts'
import type { DirectoryTx } from '../../directory-tx.ts'
import { checkText, limits } from '../../limits.ts'
import { addressIn, fold } from '../../names.ts'
import type { MailboxRecord } from '../../objects.ts'
import type { Passwords } from '../../people/passwords.ts'
import { refuseTakenAddress } from '../../people/user-row.ts'
import { refuseAmbiguous } from '../../refusals.ts'
import { removePermissionsOn, setMailboxAside, setUserAside } from '../../removal.ts'
import { domainsOf } from '../../domains.ts'
import { readdress, refuseTakenName } from '../recipients/addresses.ts'
import { settingsOf } from './kept-settings.ts'
import { lockedMailbox, mailboxOf, type MailboxRow, mailboxTarget, refuseUnknownMailbox } from './mailbox-row.ts'
import { type RemovedMailbox, type RemovedMailboxes, type Restored, SOFT_DELETED_DAYS } from './removed-mailbox.ts'

/** The row of a removed user, as it was. */
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
  /** The assigned authentication policy. Absent in rows that were stored before policies were kept. */
  readonly policy?: Guid | null
}

const KEPT = SOFT_DELETED_DAYS * DAY

interface RemovedRow {
  readonly id: MailboxId
  readonly mailbox: string
  readonly owner: string
  readonly removed: number
}

export function createRemovedMailboxes(directoryTx: DirectoryTx, passwords: Passwords): RemovedMailboxes {
  const since = () => directoryTx.world.now() - KEPT
  const chosen = async (statement: Statement) => (await directoryTx.all<RemovedRow>(statement)).map(removedOf)

  return {
    async find(tenant, named) {
      const key = fold(named)
      const kept = await chosen(sql`select * from directory_removed_mailbox
        where tenant = ${tenant} and (removed > ${since()} or held = 1) order by removed desc, id desc`)
      const exact = kept.find(({ mailbox }) => mailbox.guid === key || mailbox.exchangeGuid === key)
      if (exact) return exact
      const [found, another] = kept.filter(({ mailbox }) => namesOf(mailbox).includes(key))
      return another ? refuseAmbiguous(named, 'Name one mailbox by its Guid.') : found
    },

    async withAddress(tenant, address) {
      const [latest] = await chosen(sql`select removed.* from directory_removed_address address
        join directory_removed_mailbox removed on removed.id = address.mailbox
        where address.tenant = ${tenant} and address.address_key = ${fold(address)}
          and (removed.removed > ${since()} or removed.held = 1)
        order by removed.removed desc, removed.id desc limit 1`)
      return latest
    },

    all: (tenant) =>
      chosen(sql`select * from directory_removed_mailbox
        where tenant = ${tenant} and (removed > ${since()} or held = 1) order by removed desc, id desc`),

    async keeps(id) {
      const row = await directoryTx.first(
        sql`select id from directory_removed_mailbox where id = ${id} and (removed > ${since()} or held = 1)`,
      )
      return row !== undefined
    },

    async ofUser(tenant, user) {
      const kept = await chosen(sql`select * from directory_removed_mailbox
        where tenant = ${tenant} and (removed > ${since()} or held = 1) order by removed desc, id desc`)
      return kept.find(({ mailbox }) => mailbox.externalDirectoryObjectId === user)
    },

    async remove(tenant, id) {
      const { guid, user_id: user } = await liveRow(directoryTx, tenant, id)
      const at = directoryTx.world.now()
      await directoryTx.write(tenant, { what: 'mailbox removed', subject: guid, user }, function* (_, tell) {
        const mailbox = yield* setAside(id, at)
        yield* setUserAside(user)
        tell({ activity: 'Remove-Mailbox', targets: [mailboxTarget(mailbox)] })
      })
    },

    async disable(tenant, id) {
      const { guid, user_id: user } = await liveRow(directoryTx, tenant, id)
      const at = directoryTx.world.now()
      await directoryTx.write(tenant, { what: 'mailbox removed', subject: guid, user }, function* (_, tell) {
        const mailbox = yield* setAside(id, at)
        yield* ask(sql`delete from directory_group_member where member = ${user}`)
        yield* ask(sql`update directory_user set mail = null, mail_key = null where id = ${user}`)
        tell({ activity: 'Disable-Mailbox', targets: [mailboxTarget(mailbox)] })
      })
    },

    async restore(tenant, id, as) {
      const { mailbox: removed } = await keptRow(directoryTx, tenant, id, since())
      const { guid, externalDirectoryObjectId: user } = removed
      const hash =
        as.password === undefined
          ? undefined
          : await passwords.hash(as.password, as.userPrincipalName ?? removed.userPrincipalName)
      const at = directoryTx.world.now()
      return directoryTx.write(tenant, { what: 'mailbox added', subject: guid, user }, function* (revision, tell) {
        const row =
          (yield* askOne<RemovedRow>(sql`delete from directory_removed_mailbox
            where tenant = ${tenant} and id = ${id} and (removed > ${at - KEPT} or held = 1) returning *`)) ??
          refuseUnknownMailbox()
        const owner = yield* askOne<{ upn: string }>(sql`select upn from directory_user where id = ${user}`)
        const was = yield* renamed(JSON.parse(row.mailbox) as MailboxRow, as)
        const mailbox = owner ? { ...was, upn: owner.upn } : was
        yield* refuseTakenName(tenant, mailbox)
        for (const address of new Set([mailbox.upn, mailbox.primary_address].map(fold))) {
          if (owner && address === fold(owner.upn)) continue
          yield* refuseTakenAddress(tenant, address, 'PrimarySmtpAddress')
        }
        const addresses = yield* stillFree(tenant, user, JSON.parse(mailbox.addresses) as string[])
        if (!owner) {
          yield* insertRemovedUser(JSON.parse(row.owner) as RemovedUserRow, mailbox, { hash, at, revision })
        }
        yield* insertRemovedMailbox(mailbox, { addresses, at, revision })
        yield* readdress(mailbox, addresses)
        const restored = mailboxOf(yield* lockedMailbox(id))
        tell({ activity: 'Undo-SoftDeletedMailbox', targets: [mailboxTarget(restored)] })
        return restored
      })
    },

    async forget(tenant, id) {
      const { mailbox } = await keptRow(directoryTx, tenant, id, since())
      await directoryTx.write(
        tenant,
        { what: 'removed mailbox forgotten', subject: mailbox.guid },
        function* (_, tell) {
          yield* ask(sql`delete from directory_removed_mailbox where tenant = ${tenant} and id = ${id}`)
          yield* forgetKeptRights(mailbox)
          tell({ activity: 'Remove-Mailbox', targets: [mailboxTarget(mailbox)] })
        },
      )
    },
  }
}

const removedOf = (row: RemovedRow): RemovedMailbox => ({
  mailbox: mailboxOf(JSON.parse(row.mailbox) as MailboxRow),
  removed: row.removed,
})

const namesOf = (mailbox: MailboxRecord): readonly string[] =>
  [
    mailbox.externalDirectoryObjectId,
    mailbox.name,
    mailbox.alias,
    mailbox.primarySmtpAddress,
    mailbox.userPrincipalName,
  ].map(fold)

async function liveRow(
  directoryTx: DirectoryTx,
  tenant: TenantId,
  id: MailboxId,
): Promise<{ guid: Guid; user_id: UserId }> {
  const row = await directoryTx.first<{ guid: Guid; user_id: UserId }>(
    sql`select guid, user_id from directory_mailbox where tenant = ${tenant} and id = ${id}`,
  )
  return row ?? refuseUnknownMailbox()
}

async function keptRow(
  directoryTx: DirectoryTx,
  tenant: TenantId,
  id: MailboxId,
  since: number,
): Promise<RemovedMailbox> {
  const row = await directoryTx.first<RemovedRow>(sql`select * from directory_removed_mailbox
    where tenant = ${tenant} and id = ${id} and (removed > ${since} or held = 1)`)
  return row ? removedOf(row) : refuseUnknownMailbox()
}

/** Inside a write: keeps the mailbox of a permanently removed user if it is on hold. */
export function* setHeldAside(user: UserId, at: number): Statements<boolean> {
  const row = yield* askOne<MailboxRow>(sql`select * from directory_mailbox where user_id = ${user}`)
  if (!row || !isHeld(row)) return false
  yield* setAside(row.id, at)
  return true
}

const isHeld = ({ settings }: MailboxRow): boolean => settingsOf(settings).LitigationHoldEnabled === true

/** Inside a write: stores the removed mailbox for a restore, and deletes removed mailboxes that have expired. */
function* setAside(id: MailboxId, at: number): Statements<MailboxRecord> {
  const row = yield* lockedMailbox(id)
  const owner = yield* askOne<RemovedUserRow>(sql`select u.*, p.policy from directory_user u
    left join directory_user_authentication_policy p on p.user_id = u.id where u.id = ${row.user_id}`)
  const past = yield* ask<RemovedRow>(sql`delete from directory_removed_mailbox
    where tenant = ${row.tenant} and removed <= ${at - KEPT} and held = 0 returning *`)
  for (const gone of past) yield* forgetKeptRights(removedOf(gone).mailbox)
  yield* ask(sql`insert into directory_removed_mailbox (id, tenant, mailbox, owner, removed, held)
    values (${id}, ${row.tenant}, ${JSON.stringify(row)}, ${JSON.stringify(owner)}, ${at},
      ${Number(isHeld(row))})`)
  yield* ask(sql`insert into directory_removed_address (tenant, address_key, mailbox)
    select tenant, address_key, mailbox from directory_address where mailbox = ${id}`)
  yield* setMailboxAside(id)
  return mailboxOf(row)
}

/** Inside a write: deletes the permissions on a removed mailbox, and the memberships of its user if also removed. */
function* forgetKeptRights({ id, externalDirectoryObjectId: user }: MailboxRecord): Statements<void> {
  yield* removePermissionsOn(id)
  yield* ask(sql`delete from directory_group_member
    where member = ${user} and not exists (select id from directory_user where id = ${user})`)
}

function* renamed(row: MailboxRow, as: Restored): Statements<MailboxRow> {
  const upn =
    as.userPrincipalName === undefined
      ? row.upn
      : addressIn(yield* domainsOf(row.tenant), as.userPrincipalName, 'userPrincipalName')
  return {
    ...row,
    upn,
    name: checkText(as.name ?? row.name, 'Name', limits.mailboxName),
    display_name: checkText(as.displayName ?? row.display_name, 'DisplayName', limits.displayName),
  }
}

/** The addresses that no other recipient has taken; refuses if none is left. */
function* stillFree(tenant: TenantId, user: UserId, addresses: readonly string[]): Statements<readonly string[]> {
  const free: string[] = []
  for (const proxy of addresses) {
    const taken = yield* askOne(sql`select address_key from directory_address
        where tenant = ${tenant} and address_key = ${fold(proxy.replace(/^smtp:/i, ''))}
      union all select address_key from directory_group_address
        where tenant = ${tenant} and address_key = ${fold(proxy.replace(/^smtp:/i, ''))}
      union all select upn_key from directory_user
        where tenant = ${tenant} and id <> ${user} and upn_key = ${fold(proxy.replace(/^smtp:/i, ''))}`)
    if (!taken) free.push(proxy)
  }
  return free.length > 0 ? free : refuse('already-exists', 'Another recipient has every address of the mailbox.')
}

interface Moment {
  readonly at: number
  readonly revision: number
}

/** Inside a write: restores the user with the old authentication policy if it exists, and revokes sign-ins. */
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

/** Inside a write: restores the mailbox with its old id, under which its mail is stored. */
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
