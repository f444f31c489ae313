import { type Guid, isGuid, type TenantId, type UserId } from '../../../../core/ids.ts'
import { refuse } from '../../../../core/refusal.ts'
import { askOne, inARow, sql, type Statement, type Statements } from '../../../../storage/engine.ts'
import { type ExchangePrincipalRow, principalWithId, principalWithName } from '../exchange-service-principals.ts'
import type { DirectoryTx } from '../../directory-tx.ts'
import { fold } from '../../names.ts'
import { theOneCalled } from '../recipients/addresses.ts'
import type { DistributionGroup } from '../recipients/recipients.ts'
import type { Directory, MailboxRecord, Trustee } from '../../types.ts'
import { selfSid } from './sids.ts'

/** Exchange's principal for "the mailbox's own user". */
export const self: Trustee = { kind: 'self', name: 'NT AUTHORITY\\SELF', sid: selfSid }

export type NamedTrustee = Exclude<Trustee, { kind: 'self' }>

/** A trustee that exists, and so can get a permission. */
export type KnownTrustee = Exclude<NamedTrustee, { kind: 'unresolved' }>

export interface NamedTrusteeRow {
  readonly trustee_kind: KnownTrustee['kind']
  readonly trustee: Guid
  /** The SID of the trustee when the entry was created; it never changes. */
  readonly sid: string
  readonly upn: string | null
  readonly principal_name: string | null
  readonly object_id: string | null
  readonly group_name: string | null
}

/** Selects the entries of a table with the names of their trustees. The `where` clause refers to an entry as `p`. */
export const namedEntries = (table: Statement, where: Statement): Statement =>
  inARow(
    sql`select p.*, u.upn, e.display_name as principal_name, e.object_id, g.name as group_name from `,
    table,
    sql` p left join directory_user u on u.id = p.trustee
      left join directory_exchange_principal e on e.guid = p.trustee
      left join directory_group g on g.guid = p.trustee
      where `,
    where,
  )

export function trusteeOf(row: NamedTrusteeRow): NamedTrustee {
  const { trustee: id, sid } = row
  const name = nameOf[row.trustee_kind](row)
  if (name === null) return { kind: 'unresolved', id, name: sid, sid }
  return row.trustee_kind === 'user'
    ? { kind: 'user', id: id as UserId, name, sid }
    : { kind: row.trustee_kind, id, name, sid }
}

const nameOf: Record<KnownTrustee['kind'], (row: NamedTrusteeRow) => string | null> = {
  user: ({ upn }) => upn,
  group: ({ group_name: name }) => name,
  servicePrincipal: ({ principal_name: name, object_id: objectId }) => name || objectId,
}

/**
 * Finds a trustee by any of its names. Unique names come first, because a service principal may have the display name
 * of a user. Refuses `bad-syntax` if several match.
 */
export const trusteeNamed =
  (directoryTx: DirectoryTx, { mailboxes, groups }: Pick<Directory, 'mailboxes' | 'groups'>) =>
  async (tenant: TenantId, named: string): Promise<Trustee | undefined> => {
    if (isSelf(named)) return self
    return (
      principalTrustee(await principalWithId(directoryTx, tenant, named)) ??
      userTrustee(await findUser(directoryTx, tenant, fold(named))) ??
      userTrustee(await userBehind(directoryTx, await mailboxes.findByAddress(tenant, named))) ??
      groupTrustee(await groups.findByAddress(tenant, named)) ??
      (await trusteeCalled(named))
    )

    async function trusteeCalled(name: string): Promise<Trustee | undefined> {
      const principal = principalTrustee(await principalWithName(directoryTx, tenant, name))
      const mailbox = await mailboxes.find(tenant, name)
      const group = await groups.find(tenant, name)
      return theOneCalled(
        name,
        [
          { is: principal, names: [] },
          { is: userTrustee(await userBehind(directoryTx, mailbox)), names: [mailbox?.name, mailbox?.alias] },
          { is: groupTrustee(group), names: [group?.name, group?.alias] },
        ],
        'Name a user or a group by its address, and a service principal by its ObjectId.',
      )
    }
  }

const isSelf = (named: string): boolean => ['nt authority\\self', selfSid.toLowerCase()].includes(fold(named))

const principalTrustee = (row: ExchangePrincipalRow | undefined): Trustee | undefined =>
  row && { kind: 'servicePrincipal', id: row.guid, name: row.display_name || row.object_id, sid: row.sid }

const userTrustee = (row: TrusteeUser | undefined): Trustee | undefined =>
  row && { kind: 'user', id: row.id, name: row.upn, sid: row.sid }

/** A distribution group is not a security principal. */
const groupTrustee = (group: DistributionGroup | undefined): Trustee | undefined =>
  group?.type === 'Security' ? { kind: 'group', id: group.guid, name: group.name, sid: group.sid } : undefined

interface TrusteeUser {
  readonly id: UserId
  readonly upn: string
  readonly sid: string
}

const findUser = (directoryTx: DirectoryTx, tenant: TenantId, key: string) =>
  isGuid(key)
    ? directoryTx.first<TrusteeUser>(
        sql`select id, upn, sid from directory_user where tenant = ${tenant} and id = ${key}`,
      )
    : directoryTx.first<TrusteeUser>(sql`select id, upn, sid from directory_user
        where tenant = ${tenant} and (upn_key = ${key} or sid = ${key.toUpperCase()})`)

const userBehind = async (directoryTx: DirectoryTx, mailbox: MailboxRecord | undefined) =>
  mailbox && findUser(directoryTx, mailbox.tenant, mailbox.externalDirectoryObjectId)

/** Inside a write. Refuses a trustee that has been removed since it was looked up, and one of another tenant. */
export function* knownTrustee(tenant: TenantId, trustee: NamedTrustee): Statements<KnownTrustee> {
  if (trustee.kind === 'unresolved') return refuseUnknown(trustee)
  const { id } = trustee
  const among = {
    user: sql`select id from directory_user where tenant = ${tenant} and id = ${id}`,
    servicePrincipal: sql`select guid from directory_exchange_principal where tenant = ${tenant} and guid = ${id}`,
    group: sql`select guid from directory_group where tenant = ${tenant} and guid = ${id} and type = 'Security'`,
  }
  return (yield* askOne(among[trustee.kind])) ? trustee : refuseUnknown(trustee)
}

const refuseUnknown = ({ name }: NamedTrustee): never =>
  refuse('no-such-thing', `The user, security group or service principal '${name}' couldn't be found.`, {
    property: 'User',
  })
