import type { Guid, MailboxId } from '../../../../core/ids.ts'
import { refuse } from '../../../../core/refusal.ts'
import { ask, askOne, inARow, sql, type Statement, type Statements } from '../../../../storage/engine.ts'
import type { Activity } from '../../audit/activities.ts'
import { type AuditEvent, otherTarget, unvalued, valued } from '../../audit/audit-event.ts'
import type { DirectoryTx } from '../../directory-tx.ts'
import { limits } from '../../limits.ts'
import { refuseFull } from '../../refusals.ts'
import type {
  AccessRight,
  AuditChange,
  Directory,
  HeldPermission,
  MailboxPermission,
  MailboxRecord,
  Trustee,
} from '../../types.ts'
import { securityGroupsOf } from '../groups/group-row.ts'
import {
  knownTrustee,
  type KnownTrustee,
  namedEntries,
  type NamedTrustee,
  type NamedTrusteeRow,
  self,
  trusteeNamed,
  trusteeOf,
} from './trustees.ts'

interface PermissionRow {
  readonly trustee_kind: KnownTrustee['kind']
  readonly trustee: Guid
  readonly sid: string
  readonly deny: number
  readonly rights: string
  readonly inheritance: string
  readonly since: number
}

type NamedPermissionRow = PermissionRow & NamedTrusteeRow

export function createPermissions(
  directoryTx: DirectoryTx,
  among: Pick<Directory, 'mailboxes' | 'groups'>,
): Omit<Directory['permissions'], 'owner' | 'setOwner'> {
  const entriesOf = async (mailbox: MailboxId, account: Guid): Promise<readonly HeldPermission[]> => {
    const rows = await directoryTx.all<PermissionRow & { group_name: string | null }>(
      inARow(
        securityGroupsOf([account]),
        sql` select p.*, g.name as group_name from standing s
          join directory_permission p on p.trustee = s.id and p.mailbox = ${mailbox}
          left join directory_group g on g.guid = p.trustee
          order by case when p.trustee = ${account} then 0 else 1 end, p.revision, p.trustee, p.deny`,
      ),
    )
    return rows.map((row) => ({ ...termsOf(row), through: throughOf(row) }))
  }

  return {
    async on(mailbox) {
      const rows = await directoryTx.all<NamedPermissionRow>(
        namedEntries(sql`directory_permission`, sql`p.mailbox = ${mailbox} order by p.revision, p.trustee, p.deny`),
      )
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

    trustee: trusteeNamed(directoryTx, among),

    async add(mailbox, grant) {
      const { trustee } = grant
      if (trustee.kind === 'self') return addToSelf(mailbox, grant)
      const entry = { what: 'mailbox permission added', subject: mailbox.guid }
      const now = directoryTx.world.now()
      const { changed, row } = await directoryTx.write(mailbox.tenant, entry, function* (revision, tell) {
        yield* refuseGoneMailbox(mailbox)
        const known = yield* knownTrustee(mailbox.tenant, trustee)
        const added = yield* addRights(mailbox, { ...grant, trustee: known }, { revision, now })
        if (added.changed) tell(auditEventOn('Add-MailboxPermission', mailbox, { ...grant, trustee }, valued))
        return added
      })
      return { changed, permission: { mailbox: mailbox.id, trustee, ...termsOf(row) } }
    },

    async remove(mailbox, { trustee, accessRights, deny }) {
      if (trustee.kind === 'self') return refuseSelf()
      const entry = { what: 'mailbox permission removed', subject: mailbox.guid }
      return directoryTx.write(mailbox.tenant, entry, function* (_, tell) {
        const before = yield* rowOf(mailbox, trustee.id, deny)
        const held = before ? rightsOf(before) : []
        const left = held.filter((right) => !accessRights.includes(right))
        if (left.length === held.length) return { changed: false }
        yield* left.length === 0
          ? ask(sql`delete from directory_permission
              where mailbox = ${mailbox.id} and trustee = ${trustee.id} and deny = ${Number(deny)}`)
          : ask(sql`update directory_permission set rights = ${left.join(',')}
              where mailbox = ${mailbox.id} and trustee = ${trustee.id} and deny = ${Number(deny)}`)
        tell(auditEventOn('Remove-MailboxPermission', mailbox, { trustee, accessRights, deny }, unvalued))
        return { changed: true }
      })
    },
  }
}

interface Grant {
  readonly trustee: Trustee
  readonly accessRights: readonly AccessRight[]
  readonly deny: boolean
  readonly inheritanceType: string
}

const auditEventOn = (
  activity: Activity,
  mailbox: MailboxRecord,
  { trustee, accessRights, deny }: { trustee: NamedTrustee; accessRights: readonly AccessRight[]; deny: boolean },
  told: (property: string, value: unknown) => AuditChange,
): AuditEvent => ({
  activity,
  targets: [otherTarget(mailbox.guid, mailbox.displayName), otherTarget(trustee.id, trustee.name)],
  changes: [told('AccessRights', accessRights), told('Deny', deny)],
})

const rightsOf = (row: { rights: string }): readonly AccessRight[] => row.rights.split(',') as AccessRight[]

const termsOf = (row: PermissionRow) => ({
  accessRights: rightsOf(row),
  deny: row.deny === 1,
  inheritanceType: row.inheritance,
  since: row.since,
})

const throughOf = (row: PermissionRow & { group_name: string | null }): HeldPermission['through'] =>
  row.trustee_kind === 'group' ? { id: row.trustee, name: row.group_name ?? row.trustee } : undefined

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
  grant: Grant & { trustee: KnownTrustee },
  { revision, now }: { revision: number; now: number },
): Statements<{ changed: boolean; row: PermissionRow }> {
  const { trustee, deny, inheritanceType } = grant
  const before = yield* rowOf(mailbox, trustee.id, deny)
  const held = before ? rightsOf(before) : []
  const rights = [...new Set([...held, ...grant.accessRights])].sort().join(',')
  const row: PermissionRow = {
    trustee_kind: trustee.kind,
    trustee: trustee.id,
    sid: trustee.sid,
    deny: Number(deny),
    rights,
    inheritance: inheritanceType,
    since: before && held.includes('FullAccess') ? before.since : now,
  }
  if (before?.rights === rights && before.inheritance === inheritanceType) return { changed: false, row }
  if (!before) yield* refuseFullMailbox(sql`directory_permission where mailbox = ${mailbox.id}`)
  yield* ask(sql`insert into directory_permission (mailbox, trustee_kind, trustee, sid, deny, rights, inheritance,
      since, revision)
    values (${mailbox.id}, ${row.trustee_kind}, ${row.trustee}, ${row.sid}, ${row.deny}, ${rights}, ${inheritanceType}, ${row.since}, ${revision})
    on conflict (mailbox, trustee, deny) do update set rights = ${rights}, inheritance = ${inheritanceType}, since = ${row.since}`)
  return { changed: true, row }
}

/**
 * Inside a write: refuses an entry if `rows` has the maximum already. Exchange allows 500 entries on a mailbox
 * (docs/reference/exchange-admin.md §2.1).
 */
export const refuseFullMailbox = (rows: Statement): Statements<void> =>
  refuseFull(
    rows,
    limits.permissionsPerMailbox,
    `A mailbox holds at most ${limits.permissionsPerMailbox} permission entries.`,
  )

/** Inside a write: refuses a mailbox that has been removed since it was looked up. */
export function* refuseGoneMailbox(mailbox: MailboxRecord): Statements<void> {
  const found = yield* askOne(
    sql`select id from directory_mailbox where id = ${mailbox.id} and tenant = ${mailbox.tenant}`,
  )
  if (!found) refuse('no-such-thing', `The mailbox '${mailbox.name}' couldn't be found.`, { property: 'Identity' })
}

/** docs/reference/exchange-admin.md §2.1: the named owner of a mailbox. Being the owner grants no access. */
export const createMailboxOwners = (
  directoryTx: DirectoryTx,
): Pick<Directory['permissions'], 'owner' | 'setOwner'> => ({
  async owner(mailbox) {
    const row = await directoryTx.first<NamedTrusteeRow>(
      namedEntries(sql`directory_mailbox_owner`, sql`p.mailbox = ${mailbox}`),
    )
    return row ? trusteeOf(row) : self
  },

  async setOwner(mailbox, owner) {
    const entry = { what: 'owner of a mailbox set', subject: mailbox.guid }
    await directoryTx.write(mailbox.tenant, entry, function* (_, tell) {
      yield* refuseGoneMailbox(mailbox)
      yield* ask(sql`delete from directory_mailbox_owner where mailbox = ${mailbox.id}`)
      if (owner.kind !== 'self') {
        const { kind, id, sid } = yield* knownTrustee(mailbox.tenant, owner)
        yield* ask(sql`insert into directory_mailbox_owner (mailbox, trustee_kind, trustee, sid)
          values (${mailbox.id}, ${kind}, ${id}, ${sid})`)
      }
      tell({
        activity: 'Add-MailboxPermission',
        targets: [otherTarget(mailbox.guid, mailbox.displayName)],
        changes: [valued('Owner', owner.name)],
      })
    })
  },
})
