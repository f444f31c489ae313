import type { Guid, TenantId } from '../../../../core/ids.ts'
import { refuse } from '../../../../core/refusal.ts'
import { ask, askOne, inARow, sql, type Statements } from '../../../../storage/engine.ts'
import { changesBetween, otherTarget, type RecordEvent } from '../../audit/audit-event.ts'
import type { DirectoryTx } from '../../directory-tx.ts'
import { checkOptionalText, checkText, limits } from '../../limits.ts'
import { fold } from '../../names.ts'
import { refuseFull, refuseTaken } from '../../refusals.ts'
import { securityGroupsOf } from '../groups/group-row.ts'
import { knownTrustee, namedEntries, type NamedTrusteeRow, trusteeOf } from '../permissions/trustees.ts'
import type { RoleGroup, RoleGroupMember, RoleGroups } from './role-group.ts'

interface RoleGroupRow {
  readonly guid: Guid
  readonly tenant: TenantId
  readonly name: string
  readonly description: string
  readonly roles: string
  readonly created: number
  readonly changed: number
}

export function createRoleGroups(directoryTx: DirectoryTx): RoleGroups {
  return {
    async find(tenant, named) {
      const row = await directoryTx.first<RoleGroupRow>(sql`select * from directory_role_group
        where tenant = ${tenant} and (guid = ${fold(named)} or name_key = ${fold(named)})
        order by case when guid = ${fold(named)} then 0 else 1 end limit 1`)
      return row && groupOf(row)
    },

    async all(tenant) {
      const rows = await directoryTx.all<RoleGroupRow>(
        sql`select * from directory_role_group where tenant = ${tenant} order by revision, guid`,
      )
      return rows.map(groupOf)
    },

    async create(tenant, { members, ...given }) {
      const guid = directoryTx.world.guid()
      const created = directoryTx.world.now()
      return directoryTx.write(tenant, { what: 'role group added', subject: tenant }, function* (revision, tell) {
        const name = checkText(given.name, 'Name', limits.mailboxName)
        const description = checkOptionalText(given.description, 'Description', limits.description)
        yield* refuseFull(
          sql`directory_role_group where tenant = ${tenant}`,
          limits.roleGroups,
          `An organization holds at most ${limits.roleGroups} role groups.`,
        )
        yield* refuseTakenName(tenant, name, guid)
        yield* ask(sql`insert into directory_role_group (guid, tenant, name, name_key, description, roles, created,
            changed, revision)
          values (${guid}, ${tenant}, ${name}, ${fold(name)}, ${description}, ${JSON.stringify(given.roles)},
            ${created}, ${created}, ${revision})`)
        const group = { guid, tenant, name, description, roles: given.roles, created, changed: created }
        tell({ activity: 'New-RoleGroup', targets: [target(group)], changes: changesBetween({}, shown(group)) })
        for (const member of members) yield* join(group, member, { revision, tell })
        return group
      })
    },

    async update(tenant, guid, change) {
      const changed = directoryTx.world.now()
      return directoryTx.write(tenant, { what: 'role group changed', subject: tenant }, function* (_, tell) {
        const before = groupOf(yield* rowOf(tenant, guid))
        const name = checkText(change.name ?? before.name, 'Name', limits.mailboxName)
        const wanted = change.description ?? before.description
        const description = checkOptionalText(wanted, 'Description', limits.description)
        yield* refuseTakenName(tenant, name, guid)
        yield* ask(sql`update directory_role_group set name = ${name}, name_key = ${fold(name)},
          description = ${description}, changed = ${changed} where guid = ${guid}`)
        const after = { ...before, name, description, changed }
        const changes = changesBetween(shown(before), shown(after))
        tell({ activity: 'Set-RoleGroup', targets: [target(after)], changes })
        return after
      })
    },

    async remove(tenant, guid) {
      await directoryTx.write(tenant, { what: 'role group removed', subject: tenant }, function* (_, tell) {
        const gone = groupOf(yield* rowOf(tenant, guid))
        yield* ask(sql`delete from directory_role_group_member where role_group = ${guid}`)
        yield* ask(sql`delete from directory_role_group where guid = ${guid}`)
        tell({ activity: 'Remove-RoleGroup', targets: [target(gone)], changes: changesBetween(shown(gone), {}) })
      })
    },

    async members({ guid }) {
      const rows = await directoryTx.all<NamedTrusteeRow>(
        namedEntries(sql`directory_role_group_member`, sql`p.role_group = ${guid} order by p.revision, p.trustee`),
      )
      return rows.map(trusteeOf)
    },

    async addMember({ tenant, guid }, member) {
      await directoryTx.write(
        tenant,
        { what: 'member of a role group added', subject: tenant },
        function* (revision, tell) {
          yield* join(groupOf(yield* rowOf(tenant, guid)), member, { revision, tell })
        },
      )
    },

    async removeMember({ tenant, guid }, member) {
      await directoryTx.write(tenant, { what: 'member of a role group removed', subject: tenant }, function* (_, tell) {
        const group = groupOf(yield* rowOf(tenant, guid))
        const gone = yield* askOne(sql`delete from directory_role_group_member
          where role_group = ${guid} and trustee = ${member.id} returning trustee`)
        if (!gone) {
          refuse('no-such-thing', `"${member.name}" isn't a member of the role group "${group.name}".`, {
            property: 'Member',
          })
        }
        tell({ activity: 'Remove-RoleGroupMember', targets: [target(group), otherTarget(member.id, member.name)] })
      })
    },

    async rolesOf(tenant, accounts) {
      const rows = await directoryTx.all<Pick<RoleGroupRow, 'roles'>>(
        inARow(
          securityGroupsOf(accounts),
          sql` select distinct g.guid, g.roles from directory_role_group g
            join directory_role_group_member m on m.role_group = g.guid
            where g.tenant = ${tenant} and m.trustee in (select id from standing)`,
        ),
      )
      return new Set(rows.flatMap(({ roles }) => JSON.parse(roles) as string[]))
    },
  }
}

const groupOf = ({ guid, tenant, name, description, roles, created, changed }: RoleGroupRow): RoleGroup => ({
  guid,
  tenant,
  name,
  description,
  roles: JSON.parse(roles) as string[],
  created,
  changed,
})

const target = ({ guid, name }: RoleGroup) => otherTarget(guid, name)

const shown = ({ name, description, roles }: RoleGroup) => ({ name, description, roles })

function* rowOf(tenant: TenantId, guid: Guid): Statements<RoleGroupRow> {
  const row = yield* askOne<RoleGroupRow>(
    sql`select * from directory_role_group where tenant = ${tenant} and guid = ${guid}`,
  )
  return row ?? refuse('no-such-thing', "The role group couldn't be found.", { property: 'Identity' })
}

function* refuseTakenName(tenant: TenantId, name: string, guid: Guid): Statements<void> {
  const taken = yield* askOne(sql`select guid from directory_role_group
    where tenant = ${tenant} and name_key = ${fold(name)} and guid <> ${guid}`)
  if (taken) refuseTaken('Name')
}

function* join(
  group: RoleGroup,
  member: RoleGroupMember,
  { revision, tell }: { readonly revision: number; readonly tell: RecordEvent },
): Statements<void> {
  yield* knownTrustee(group.tenant, member)
  yield* refuseFull(
    sql`directory_role_group_member where role_group = ${group.guid}`,
    limits.membersPerGroup,
    `A role group holds at most ${limits.membersPerGroup} members.`,
  )
  const added =
    yield* ask(sql`insert into directory_role_group_member (role_group, trustee_kind, trustee, sid, revision)
    values (${group.guid}, ${member.kind}, ${member.id}, ${member.sid}, ${revision})
    on conflict do nothing returning trustee`)
  if (added.length === 0) {
    refuse('already-exists', `"${member.name}" is already a member of the role group "${group.name}".`, {
      property: 'Member',
    })
  }
  tell({ activity: 'Add-RoleGroupMember', targets: [target(group), otherTarget(member.id, member.name)] })
}
