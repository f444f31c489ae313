import { type Guid, isGuid, type MailboxId, type TenantId, type UserId } from '../../../../core/ids.ts'
import { refuse } from '../../../../core/refusal.ts'
import { ask, askOne, sql, type Statements } from '../../../../storage/engine.ts'
import { type ExchangePrincipalRow, principalWithId, principalWithName } from '../exchange-service-principals.ts'
import type { Activity } from '../../audit/activities.ts'
import { type Deed, otherTarget, unvalued, valued } from '../../audit/deed.ts'
import type { Ledger } from '../../ledger.ts'
import { limits } from '../../limits.ts'
import { fold } from '../../names.ts'
import { selfSid } from './sids.ts'
import type { AccessRight, AuditChange, Directory, MailboxPermission, MailboxRecord, Trustee } from '../../types.ts'

/** Exchange's principal for "the mailbox's own user". */
export const self: Trustee = { kind: 'self', name: 'NT AUTHORITY\\SELF', sid: selfSid }

interface PermissionRow {
  readonly trustee_kind: 'user' | 'servicePrincipal'
  readonly trustee: string
  readonly deny: number
  readonly rights: string
  readonly inheritance: string
  readonly since: number
}

export interface NamedTrusteeRow {
  readonly trustee_kind: 'user' | 'servicePrincipal'
  readonly trustee: string
  readonly upn: string | null
  readonly user_sid: string | null
  readonly principal_name: string | null
  readonly object_id: string | null
  readonly principal_sid: string | null
}

type NamedPermissionRow = PermissionRow & NamedTrusteeRow

export function createPermissions(ledger: Ledger, mailboxes: Directory['mailboxes']): Directory['permissions'] {
  const entriesOf = async (mailbox: MailboxId, trustee: Guid) => {
    const rows = await ledger.all<PermissionRow>(
      sql`select * from directory_permission where mailbox = ${mailbox} and trustee = ${trustee}`,
    )
    return rows.map(termsOf)
  }

  return {
    async on(mailbox) {
      const rows = await ledger.all<NamedPermissionRow>(sql`select p.*, u.upn, u.sid as user_sid,
          e.display_name as principal_name, e.object_id, e.sid as principal_sid
        from directory_permission p
        left join directory_user u on u.id = p.trustee
        left join directory_exchange_principal e on e.guid = p.trustee
        where p.mailbox = ${mailbox} order by p.revision, p.trustee, p.deny`)
      const own: MailboxPermission = {
        mailbox,
        trustee: self,
        accessRights: ['FullAccess', 'ReadPermission'],
        deny: false,
        inheritanceType: 'All',
        since: 0,
      }
      return [own, ...rows.map((row) => ({ mailbox, trustee: trusteeOf(row), ...termsOf(row) }))]
    },

    ofServicePrincipal: entriesOf,
    ofUser: entriesOf,

    async trustee(tenant, named) {
      if (isSelf(named)) return self
      // What names one thing alone comes first: a service principal may be called like a user.
      return (
        principalTrustee(await principalWithId(ledger, tenant, named)) ??
        userTrustee(await findUser(ledger, tenant, fold(named))) ??
        userTrustee(await userBehind(ledger, await mailboxes.findByAddress(tenant, named))) ??
        principalTrustee(await principalWithName(ledger, tenant, named)) ??
        userTrustee(await userBehind(ledger, await mailboxes.find(tenant, named)))
      )
    },

    async add(mailbox, grant) {
      const { trustee } = grant
      if (trustee.kind === 'self') return addToSelf(mailbox, grant)
      const entry = { what: 'mailbox permission added', subject: mailbox.guid }
      const now = ledger.world.now()
      const { changed, row } = await ledger.write(mailbox.tenant, entry, function* (revision, tell) {
        yield* refuseUnknownMailbox(mailbox)
        yield* refuseUnknownTrustee(mailbox.tenant, trustee)
        const added = yield* addRights(mailbox, { ...grant, trustee }, { revision, now })
        if (added.changed) tell(deedOn('Add-MailboxPermission', mailbox, { ...grant, trustee }, valued))
        return added
      })
      return { changed, permission: { mailbox: mailbox.id, trustee, ...termsOf(row) } }
    },

    async remove(mailbox, { trustee, accessRights, deny }) {
      if (trustee.kind === 'self') return refuseSelf()
      const entry = { what: 'mailbox permission removed', subject: mailbox.guid }
      return ledger.write(mailbox.tenant, entry, function* (_, tell) {
        const before = yield* rowOf(mailbox, trustee.id, deny)
        const held = before ? rightsOf(before) : []
        const left = held.filter((right) => !accessRights.includes(right))
        if (left.length === held.length) return { changed: false }
        yield* left.length === 0
          ? ask(sql`delete from directory_permission
              where mailbox = ${mailbox.id} and trustee = ${trustee.id} and deny = ${Number(deny)}`)
          : ask(sql`update directory_permission set rights = ${left.join(',')}
              where mailbox = ${mailbox.id} and trustee = ${trustee.id} and deny = ${Number(deny)}`)
        tell(deedOn('Remove-MailboxPermission', mailbox, { trustee, accessRights, deny }, unvalued))
        return { changed: true }
      })
    },
  }
}

export type NamedTrustee = Exclude<Trustee, { kind: 'self' }>

interface Grant {
  readonly trustee: Trustee
  readonly accessRights: readonly AccessRight[]
  readonly deny: boolean
  readonly inheritanceType: string
}

const deedOn = (
  activity: Activity,
  mailbox: MailboxRecord,
  { trustee, accessRights, deny }: { trustee: NamedTrustee; accessRights: readonly AccessRight[]; deny: boolean },
  told: (property: string, value: unknown) => AuditChange,
): Deed => ({
  activity,
  targets: [otherTarget(mailbox.guid, mailbox.displayName), otherTarget(trustee.id, trustee.name)],
  changes: [told('AccessRights', accessRights), told('Deny', deny)],
})

const isSelf = (named: string): boolean => ['nt authority\\self', selfSid.toLowerCase()].includes(fold(named))

const rightsOf = (row: { rights: string }): readonly AccessRight[] => row.rights.split(',') as AccessRight[]

const termsOf = (row: PermissionRow) => ({
  accessRights: rightsOf(row),
  deny: row.deny === 1,
  inheritanceType: row.inheritance,
  since: row.since,
})

export const trusteeOf = (row: NamedTrusteeRow): Trustee =>
  row.trustee_kind === 'user'
    ? { kind: 'user', id: row.trustee as UserId, name: row.upn ?? row.trustee, sid: row.user_sid ?? '' }
    : {
        kind: 'servicePrincipal',
        id: row.trustee as Guid,
        name: (row.principal_name || row.object_id) ?? row.trustee,
        sid: row.principal_sid ?? '',
      }

const principalTrustee = (row: ExchangePrincipalRow | undefined): Trustee | undefined =>
  row && { kind: 'servicePrincipal', id: row.guid, name: row.display_name || row.object_id, sid: row.sid }

const userTrustee = (row: TrusteeUser | undefined): Trustee | undefined =>
  row && { kind: 'user', id: row.id, name: row.upn, sid: row.sid }

interface TrusteeUser {
  readonly id: UserId
  readonly upn: string
  readonly sid: string
}

const findUser = (ledger: Ledger, tenant: TenantId, key: string) =>
  isGuid(key)
    ? ledger.first<TrusteeUser>(sql`select id, upn, sid from directory_user where tenant = ${tenant} and id = ${key}`)
    : ledger.first<TrusteeUser>(sql`select id, upn, sid from directory_user
        where tenant = ${tenant} and (upn_key = ${key} or sid = ${key.toUpperCase()})`)

const userBehind = async (ledger: Ledger, mailbox: MailboxRecord | undefined) =>
  mailbox && findUser(ledger, mailbox.tenant, mailbox.externalDirectoryObjectId)

const refuseSelf = (): never =>
  refuse('unsupported', "The mailbox's own entry, NT AUTHORITY\\SELF, stays as it is.", { property: 'User' })

function addToSelf(mailbox: MailboxRecord, { accessRights, deny, inheritanceType }: Grant) {
  const held: readonly AccessRight[] = ['FullAccess', 'ReadPermission']
  if (deny || accessRights.some((right) => !held.includes(right))) refuseSelf()
  const permission = { mailbox: mailbox.id, trustee: self, accessRights: held, deny, inheritanceType, since: 0 }
  return { changed: false, permission }
}

function* rowOf(mailbox: MailboxRecord, trustee: Guid, deny: boolean): Statements<PermissionRow | undefined> {
  return yield* askOne<PermissionRow>(sql`select * from directory_permission
    where mailbox = ${mailbox.id} and trustee = ${trustee} and deny = ${Number(deny)}`)
}

function* addRights(
  mailbox: MailboxRecord,
  grant: Grant & { trustee: NamedTrustee },
  { revision, now }: { revision: number; now: number },
): Statements<{ changed: boolean; row: PermissionRow }> {
  const { trustee, deny, inheritanceType } = grant
  const before = yield* rowOf(mailbox, trustee.id, deny)
  const held = before ? rightsOf(before) : []
  const rights = [...new Set([...held, ...grant.accessRights])].sort().join(',')
  const row: PermissionRow = {
    trustee_kind: trustee.kind,
    trustee: trustee.id,
    deny: Number(deny),
    rights,
    inheritance: inheritanceType,
    since: before && held.includes('FullAccess') ? before.since : now,
  }
  if (before?.rights === rights && before.inheritance === inheritanceType) return { changed: false, row }
  if (!before) yield* refuseFull(mailbox)
  yield* ask(sql`insert into directory_permission (mailbox, trustee_kind, trustee, deny, rights, inheritance, since, revision)
    values (${mailbox.id}, ${row.trustee_kind}, ${row.trustee}, ${row.deny}, ${rights}, ${inheritanceType}, ${row.since}, ${revision})
    on conflict (mailbox, trustee, deny) do update set rights = ${rights}, inheritance = ${inheritanceType}, since = ${row.since}`)
  return { changed: true, row }
}

/** Exchange holds at most 500 entries on a mailbox (contract/exchange-admin §2.1). */
function* refuseFull(mailbox: MailboxRecord): Statements<void> {
  const row = yield* askOne<{ held: number }>(
    sql`select count(*) as held from directory_permission where mailbox = ${mailbox.id}`,
  )
  if (Number(row?.held) >= limits.permissionsPerMailbox) {
    refuse('over-quota', `A mailbox holds at most ${limits.permissionsPerMailbox} permission entries.`)
  }
}

/** Inside a write. */
export function* refuseUnknownMailbox(mailbox: MailboxRecord): Statements<void> {
  const found = yield* askOne(
    sql`select id from directory_mailbox where id = ${mailbox.id} and tenant = ${mailbox.tenant}`,
  )
  if (!found) refuse('no-such-thing', `The mailbox '${mailbox.name}' couldn't be found.`, { property: 'Identity' })
}

/** Inside a write: a trustee looked up a moment ago may be gone, and one of another tenant is none at all. */
export function* refuseUnknownTrustee(tenant: TenantId, trustee: NamedTrustee): Statements<void> {
  const found = yield* askOne(
    trustee.kind === 'user'
      ? sql`select id from directory_user where tenant = ${tenant} and id = ${trustee.id}`
      : sql`select guid from directory_exchange_principal where tenant = ${tenant} and guid = ${trustee.id}`,
  )
  if (!found)
    refuse('no-such-thing', `The user or service principal '${trustee.name}' couldn't be found.`, { property: 'User' })
}
