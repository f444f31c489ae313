import { setImmediate as nextTurn } from 'node:timers/promises'
import { commonName } from '../../../../codecs/ldap/distinguished-name.ts'
import type { Guid, MailboxId, TenantId, UserId } from '../../../../core/ids.ts'
import { refuse } from '../../../../core/refusal.ts'
import { ask, askOne, sql, type Statements } from '../../../../storage/engine.ts'
import { changesBetween } from '../../audit/audit-event.ts'
import { checkAlias, refuseTakenName } from '../recipients/addresses.ts'
import type { DirectoryTx } from '../../directory-tx.ts'
import { checkText, limits } from '../../limits.ts'
import {
  activityOf,
  changedMailbox,
  lockedMailbox,
  mailboxOf,
  type MailboxRow,
  mailboxTarget,
  refuseUnknownMailbox,
  shown,
} from './mailbox-row.ts'
import { addressIn, fold } from '../../names.ts'
import { refuseAmbiguous } from '../../refusals.ts'
import { domainsOf } from '../../domains.ts'
import type { Passwords } from '../../people/passwords.ts'
import { settingsOf } from './kept-settings.ts'
import { removeMailboxOf, removeUser } from '../../removal.ts'
import type { Directory, MailboxRecord, NewMailbox, RecipientType, User } from '../../types.ts'
import { insertUser, refuseTakenAddress, userIn, userOf, type UserRow } from '../../people/user-row.ts'

/** The number of mailboxes to read at once. */
const PAGE = 1000

export function createMailboxes(directoryTx: DirectoryTx, passwords: Passwords): Directory['mailboxes'] {
  const byId = (id: MailboxId) => directoryTx.first<MailboxRow>(sql`select * from directory_mailbox where id = ${id}`)
  const byAddress = (tenant: TenantId, address: string) =>
    directoryTx.first<MailboxRow>(sql`select m.* from directory_address a join directory_mailbox m on m.id = a.mailbox
      where a.tenant = ${tenant} and a.address_key = ${fold(address)}`)
  const known = async (tenant: TenantId, id: MailboxId) => {
    const row = await byId(id)
    return row?.tenant === tenant ? row : refuseUnknownMailbox()
  }

  return {
    async find(tenant, named) {
      const row = (await byAddress(tenant, named)) ?? (await findByName(directoryTx, tenant, named))
      return row && mailboxOf(row)
    },

    async findByAddress(tenant, address) {
      const row = await byAddress(tenant, address)
      return row && mailboxOf(row)
    },

    async byId(id) {
      const row = await byId(id)
      return row && mailboxOf(row)
    },

    async openTo(tenant, principal) {
      const rows = await directoryTx.all<
        MailboxRow & { deny: number }
      >(sql`select m.*, p.deny from directory_permission p
        join directory_mailbox m on m.id = p.mailbox
        where p.trustee = ${principal} and m.tenant = ${tenant} and ',' || p.rights || ',' like '%,FullAccess,%'
        order by m.revision, m.id`)
      const denied = new Set(rows.filter(({ deny }) => deny === 1).map(({ id }) => id))
      return rows.filter(({ id, deny }) => deny === 0 && !denied.has(id)).map(mailboxOf)
    },

    async all(tenant) {
      const found: MailboxRecord[] = []
      let after = { revision: 0, id: 0 }
      for (;;) {
        const rows = await directoryTx.all<
          MailboxRow & { readonly revision: number }
        >(sql`select * from directory_mailbox
          where tenant = ${tenant} and (revision, id) > (${after.revision}, ${after.id})
          order by revision, id limit ${PAGE}`)
        for (const row of rows) found.push(mailboxOf(row))
        if (rows.length < PAGE) return found
        after = rows.at(-1)!
        // Reading 100,000 mailboxes takes seconds; other tasks run between the pages.
        await nextTurn()
      }
    },

    async count(tenant) {
      const row = await directoryTx.first<{ held: number }>(
        sql`select count(*) as held from directory_mailbox where tenant = ${tenant}`,
      )
      return row?.held ?? 0
    },

    async some(tenant, { from, limit }) {
      // Only the index is read for the rows that are skipped.
      const rows = await directoryTx.all<MailboxRow>(sql`select m.* from (select id from directory_mailbox
          where tenant = ${tenant} order by revision, id limit ${limit} offset ${from}) chosen
        join directory_mailbox m on m.id = chosen.id order by m.revision, m.id`)
      return rows.map(mailboxOf)
    },

    async limited() {
      const rows = await directoryTx.all<MailboxRow>(sql`select * from directory_mailbox
        where settings like '%"IssueWarningQuota"%' or settings like '%"ProhibitSendQuota"%' order by id`)
      return rows.map(mailboxOf)
    },

    async create(tenant, given) {
      const passwordHash =
        given.password === undefined ? undefined : await passwords.hash(given.password, given.userPrincipalName)
      const guid = directoryTx.world.guid()
      const made = {
        tenant,
        guid,
        exchangeGuid: directoryTx.world.guid(),
        user: directoryTx.world.guid<UserId>(),
        created: directoryTx.world.now(),
        passwordHash,
      }
      return directoryTx.write(tenant, { what: 'mailbox added', subject: guid }, function* (revision, tell) {
        const mailbox = yield* insertMailbox({ ...made, revision }, given)
        tell({
          activity: 'New-Mailbox',
          targets: [mailboxTarget(mailbox)],
          changes: changesBetween({}, shown(mailbox)),
        })
        return mailbox
      })
    },

    async enable(tenant, user, given) {
      const made = {
        tenant,
        guid: directoryTx.world.guid(),
        exchangeGuid: directoryTx.world.guid(),
        created: directoryTx.world.now(),
      }
      const entry = { what: 'mailbox added', subject: made.guid, user }
      return directoryTx.write(tenant, entry, function* (revision, tell) {
        const mailbox = yield* insertMailboxFor({ ...made, revision }, yield* userIn(tenant, user), given)
        tell({
          activity: 'Enable-Mailbox',
          targets: [mailboxTarget(mailbox)],
          changes: changesBetween({}, shown(mailbox)),
        })
        return mailbox
      })
    },

    async update(tenant, id, change) {
      const { guid } = await known(tenant, id)
      const changed = directoryTx.world.now()
      return directoryTx.write(tenant, { what: 'mailbox changed', subject: guid }, function* (_, tell) {
        const before = yield* lockedMailbox(id)
        const after = yield* changedMailbox(before, change, changed)
        const changes = changesBetween(shown(mailboxOf(before)), shown(mailboxOf(after)))
        tell({ activity: activityOf(change), targets: [mailboxTarget(mailboxOf(after))], changes })
        return mailboxOf(after)
      })
    },

    // As in the real service, the user is removed too, with the permissions that the user has elsewhere.
    async remove(tenant, id) {
      const { guid, user_id: user } = await known(tenant, id)
      await directoryTx.write(tenant, { what: 'mailbox removed', subject: guid, user }, function* (_, tell) {
        const row = yield* lockedMailbox(id)
        if (settingsOf(row.settings).LitigationHoldEnabled === true) refuseHeld(row.name)
        tell({ activity: 'Remove-Mailbox', targets: [mailboxTarget(mailboxOf(row))] })
        yield* removeMailboxOf(row.user_id)
        yield* removeUser(row.user_id)
      })
    },
  }
}

const refuseHeld = (name: string): never =>
  refuse('wrong-state', `The mailbox '${name}' can't be permanently deleted because it's on litigation hold.`)

/** Tries the unique names before the display name, which several mailboxes may share. */
async function findByName(directoryTx: DirectoryTx, tenant: TenantId, named: string): Promise<MailboxRow | undefined> {
  const key = fold(commonName(named) ?? named)
  const rows = await directoryTx.all<MailboxRow>(sql`select * from directory_mailbox where tenant = ${tenant}
    and (guid = ${key} or exchange_guid = ${key} or user_id = ${key} or name_key = ${key} or alias_key = ${key}
      or display_key = ${key}) order by revision limit 100`)
  const exact =
    rows.find((row) => row.guid === key || row.exchange_guid === key || row.user_id === key) ??
    rows.find((row) => row.name_key === key) ??
    rows.find((row) => row.alias_key === key)
  if (exact || rows.length < 2) return exact ?? rows[0]
  return refuseAmbiguous(named, 'Name one mailbox by its address.')
}

function* insertMailbox(
  made: {
    tenant: TenantId
    guid: Guid
    exchangeGuid: Guid
    user: UserId
    created: number
    revision: number
    passwordHash: string | undefined
  },
  given: NewMailbox,
): Statements<MailboxRecord> {
  const { tenant, created, revision } = made
  const name = checkText(given.name, 'Name', limits.mailboxName)
  const alias = checkAlias(given.alias)
  const primary = addressIn(yield* domainsOf(tenant), given.primarySmtpAddress, 'PrimarySmtpAddress')
  yield* refuseTakenName(tenant, { name, alias })
  yield* refuseTakenAddress(tenant, primary, 'PrimarySmtpAddress')
  const user = yield* insertUser(
    { tenant, id: made.user, created, revision, passwordHash: made.passwordHash, mail: primary },
    {
      userPrincipalName: given.userPrincipalName,
      displayName: given.displayName,
      mailNickname: alias,
      // Nobody can sign in as a shared mailbox, a room or a piece of equipment.
      accountEnabled: given.type === 'UserMailbox',
      ...(given.firstName === undefined ? {} : { givenName: given.firstName }),
      ...(given.lastName === undefined ? {} : { surname: given.lastName }),
    },
  )
  return yield* insertMailboxOf(user, { ...made, name, alias, primary, type: given.type })
}

/** Inside a write: inserts a mailbox for a user. The caller has checked that the names and addresses are free. */
function* insertMailboxOf(
  user: Pick<User, 'id' | 'displayName' | 'userPrincipalName'>,
  made: {
    readonly tenant: TenantId
    readonly guid: Guid
    readonly exchangeGuid: Guid
    readonly created: number
    readonly revision: number
    readonly name: string
    readonly alias: string
    readonly primary: string
    readonly type: RecipientType
  },
): Statements<MailboxRecord> {
  const { tenant, created, revision, name, alias, primary } = made
  const row = yield* askOne<MailboxRow>(sql`insert into directory_mailbox (tenant, guid, exchange_guid, user_id, name,
      name_key, alias, alias_key, display_name, display_key, upn, primary_address, addresses, type, imap_enabled,
      pop_enabled, created, changed, revision)
    values (${tenant}, ${made.guid}, ${made.exchangeGuid}, ${user.id}, ${name}, ${fold(name)}, ${alias}, ${fold(alias)},
      ${user.displayName}, ${fold(user.displayName)}, ${user.userPrincipalName}, ${primary},
      ${JSON.stringify([`SMTP:${primary}`])}, ${made.type}, 1, 1, ${created}, ${created}, ${revision}) returning *`)
  if (!row) throw new Error('A mailbox was inserted and not returned')
  for (const key of new Set([fold(primary), fold(user.userPrincipalName)])) {
    yield* ask(sql`insert into directory_address (tenant, address_key, mailbox) values (${tenant}, ${key}, ${row.id})`)
  }
  return mailboxOf(row)
}

/** Inside a write: inserts a mailbox for a user without one. */
function* insertMailboxFor(
  made: {
    readonly tenant: TenantId
    readonly guid: Guid
    readonly exchangeGuid: Guid
    readonly created: number
    readonly revision: number
  },
  user: UserRow,
  given: { readonly alias?: string; readonly primarySmtpAddress?: string },
): Statements<MailboxRecord> {
  const { tenant } = made
  const alias = checkAlias(given.alias ?? user.mail_nickname)
  const primary = addressIn(yield* domainsOf(tenant), given.primarySmtpAddress ?? user.upn, 'PrimarySmtpAddress')
  const has = yield* askOne(sql`select id from directory_mailbox where user_id = ${user.id}`)
  if (has) refuse('already-exists', `The user '${user.upn}' has a mailbox.`, { property: 'Identity' })
  yield* refuseTakenName(tenant, { name: alias, alias })
  if (fold(primary) !== fold(user.upn)) yield* refuseTakenAddress(tenant, primary, 'PrimarySmtpAddress')
  yield* ask(sql`update directory_user set mail = ${primary}, mail_key = ${fold(primary)}, mail_nickname = ${alias}
    where id = ${user.id}`)
  return yield* insertMailboxOf(userOf(user), { ...made, name: alias, alias, primary, type: 'UserMailbox' })
}
