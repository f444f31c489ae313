import type { Guid, MailboxId, TenantId, UserId } from '../../../../core/ids.ts'
import { refuse } from '../../../../core/refusal.ts'
import { ask, askOne, inARow, sql, type Statement, type Statements } from '../../../../storage/engine.ts'
import { otherTarget, type RecordEvent } from '../../audit/audit-event.ts'
import type { DirectoryTx } from '../../directory-tx.ts'
import { limits } from '../../limits.ts'
import { refuseFull } from '../../refusals.ts'
import { mailboxOf, type MailboxRow } from '../mailboxes/mailbox-row.ts'
import type { Directory } from '../../types.ts'
import { recipientFilter, storedFilter } from '../app-access/recipient-filter.ts'
import { DYNAMIC_FILTER, type DynamicMember, fittingMailboxes, CachedMembers } from './dynamic-members.ts'
import { groupIn, groupOf, type GroupRow, groupTarget, securityGroupsOf, wholeGroup } from './group-row.ts'
import { theOneCalled } from '../recipients/addresses.ts'
import type { DistributionGroup, DistributionGroups, GroupMember } from '../recipients/recipients.ts'

type Members = Pick<
  DistributionGroups,
  | 'fitting'
  | 'members'
  | 'memberNamed'
  | 'addMember'
  | 'removeMember'
  | 'of'
  | 'groupsIn'
  | 'mailboxesIn'
  | 'holds'
  | 'standing'
>

export function createGroupMembers(
  directoryTx: DirectoryTx,
  mailboxes: Directory['mailboxes'],
  find: DistributionGroups['find'],
): Members {
  const groups = async (of: Statement) => (await directoryTx.all<GroupRow>(inARow(wholeGroup, of))).map(groupOf)

  const of: Members['of'] = (tenant, user) =>
    groups(sql` join directory_group_member m on m.group_guid = g.guid
      where g.tenant = ${tenant} and m.member = ${user} order by g.revision, g.guid`)
  const fittingNow = (tenant: TenantId, filter: string) =>
    fittingMailboxes({ mailboxes, of }, tenant, storedFilter(filter))
  const remembered = new CachedMembers((tenant) => directoryTx.journal.mark(tenant), fittingNow)
  const dynamicIn = async (group: Guid, closed: readonly Guid[]): Promise<readonly DynamicMember[]> => {
    const found = await directoryTx.all<GroupRow>(
      inARow(
        inside(group, closed),
        sql` `,
        wholeGroup,
        sql` where g.recipient_filter is not null and (g.guid = ${group} or g.guid in (select member from inside))`,
      ),
    )
    const open = found.map(groupOf).filter(({ guid }) => !closed.includes(guid))
    return (
      await Promise.all(open.map(({ tenant, recipientFilter }) => remembered.of(tenant, recipientFilter!)))
    ).flat()
  }

  return {
    of,

    fitting: async (tenant, filter) =>
      fittingMailboxes({ mailboxes, of }, tenant, recipientFilter(filter, DYNAMIC_FILTER)),

    async members({ guid, tenant, recipientFilter }) {
      if (recipientFilter !== undefined) {
        return (await fittingNow(tenant, recipientFilter)).map((mailbox) => ({ kind: 'mailbox', mailbox }) as const)
      }
      const found = await directoryTx.all<MailboxRow & { joined: number }>(sql`select m.*, g.revision as joined
        from directory_group_member g join directory_mailbox m on m.user_id = g.member
        where g.group_guid = ${guid} order by g.revision, g.member`)
      const inner = await groups(sql` join directory_group_member m on m.member = g.guid
        where m.group_guid = ${guid} order by m.revision, m.member`)
      return [
        ...found.map((row) => ({ kind: 'mailbox', mailbox: mailboxOf(row) }) as const),
        ...inner.map((group) => ({ kind: 'group', group }) as const),
      ]
    },

    async memberNamed(tenant, named) {
      const mailbox = await mailboxes.find(tenant, named)
      const group = await find(tenant, named)
      return theOneCalled<GroupMember>(
        named,
        [
          { is: mailbox && { kind: 'mailbox', mailbox }, names: [mailbox?.name, mailbox?.alias] },
          { is: group && { kind: 'group', group }, names: [group?.name, group?.alias] },
        ],
        'Name one recipient by its address.',
      )
    },

    async addMember({ tenant, guid }, member) {
      await directoryTx.write(tenant, { what: 'member of a group added', subject: tenant }, function* (revision, tell) {
        yield* join(groupOf(yield* groupIn(tenant, guid)), member, { revision, tell })
      })
    },

    async removeMember({ tenant, guid }, member) {
      await directoryTx.write(tenant, { what: 'member of a group removed', subject: tenant }, function* (_, tell) {
        const group = groupOf(yield* groupIn(tenant, guid))
        const gone = yield* askOne(sql`delete from directory_group_member
          where group_guid = ${guid} and member = ${idOf(member)} returning member`)
        if (!gone) {
          refuse('no-such-thing', `The recipient "${nameOf(member)}" isn't a member of the group "${group.name}".`, {
            property: 'Member',
          })
        }
        tell({ activity: 'Remove-DistributionGroupMember', targets: [groupTarget(group), target(member)] })
      })
    },

    groupsIn: async (group) =>
      (
        await directoryTx.all<GroupRow>(
          inARow(
            inside(group),
            sql` `,
            wholeGroup,
            sql` where g.guid = ${group} or g.guid in (select member from inside)`,
          ),
        )
      ).map(groupOf),

    async mailboxesIn(group, closed = []) {
      const rows = await directoryTx.all<{ id: MailboxId }>(
        inARow(
          inside(group, closed),
          sql` select id from directory_mailbox where user_id in (select member from inside) order by id`,
        ),
      )
      const ids = new Set([...rows, ...(await dynamicIn(group, closed))].map(({ id }) => id))
      return [...ids].sort((one, other) => one - other)
    },

    async holds(group, user) {
      const found = await directoryTx.first(
        inARow(inside(group), sql` select member from inside where member = ${user}`),
      )
      if (found) return true
      return (await dynamicIn(group, [])).some((member) => member.user === user)
    },

    async standing(accounts) {
      const rows = await directoryTx.all<{ id: Guid }>(
        inARow(securityGroupsOf(accounts), sql` select id from standing`),
      )
      return new Set(rows.map(({ id }) => id))
    },
  }
}

/** The members of a group and of its nested groups except closed ones, each once; groups may contain each other. */
const inside = (group: Guid, closed: readonly Guid[] = []): Statement =>
  inARow(
    sql`with recursive inside (member) as (
      select member from directory_group_member where group_guid = ${group}
      union select m.member from directory_group_member m join inside i on m.group_guid = i.member where 1 = 1`,
    ...closed.map((guid) => sql` and i.member <> ${guid}`),
    sql`)`,
  )

const idOf = (member: GroupMember): Guid | UserId =>
  member.kind === 'mailbox' ? member.mailbox.externalDirectoryObjectId : member.group.guid

const nameOf = (member: GroupMember): string => (member.kind === 'mailbox' ? member.mailbox.name : member.group.name)

const target = (member: GroupMember) =>
  member.kind === 'mailbox' ? otherTarget(member.mailbox.guid, member.mailbox.displayName) : groupTarget(member.group)

/** Inside a write. */
export function* join(
  group: DistributionGroup,
  member: GroupMember,
  { revision, tell }: { readonly revision: number; readonly tell: RecordEvent },
): Statements<void> {
  if (group.recipientFilter !== undefined) {
    refuse('wrong-state', `The members of the group "${group.name}" are those that its filter tells.`)
  }
  yield* refuseAbsent(group, member)
  yield* refuseFull(
    sql`directory_group_member where group_guid = ${group.guid}`,
    limits.membersPerGroup,
    `A group holds at most ${limits.membersPerGroup} members.`,
  )
  const added = yield* ask(sql`insert into directory_group_member (group_guid, member, revision)
    values (${group.guid}, ${idOf(member)}, ${revision}) on conflict do nothing returning member`)
  if (added.length === 0) {
    refuse('already-exists', `The recipient "${nameOf(member)}" is already a member of the group "${group.name}".`, {
      property: 'Member',
    })
  }
  tell({ activity: 'Add-DistributionGroupMember', targets: [groupTarget(group), target(member)] })
}

/** Refuses a member that has been removed since it was looked up, and one of another tenant. */
function* refuseAbsent({ tenant, guid }: DistributionGroup, member: GroupMember): Statements<void> {
  if (member.kind === 'group') {
    if (member.group.guid === guid) refuse('bad-syntax', 'A group is no member of itself.', { property: 'Member' })
    yield* groupIn(tenant, member.group.guid)
    return
  }
  const found = yield* askOne(
    sql`select id from directory_mailbox where tenant = ${tenant} and id = ${member.mailbox.id}`,
  )
  if (!found) refuse('no-such-thing', `The recipient "${nameOf(member)}" couldn't be found.`, { property: 'Member' })
}
