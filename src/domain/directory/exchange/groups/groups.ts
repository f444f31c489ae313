import { commonName } from '../../../../codecs/ldap/distinguished-name.ts'
import type { Guid, TenantId } from '../../../../core/ids.ts'
import { ask, askOne, inARow, sql, type Statement, type Statements } from '../../../../storage/engine.ts'
import { refuse } from '../../../../core/refusal.ts'
import { changesBetween } from '../../audit/audit-event.ts'
import type { DirectoryTx } from '../../directory-tx.ts'
import { checkText, limits } from '../../limits.ts'
import { addressIn, fold } from '../../names.ts'
import { refuseAmbiguous } from '../../refusals.ts'
import { nextSid } from '../permissions/sids.ts'
import { domainsOf } from '../../domains.ts'
import type { Directory } from '../../types.ts'
import { refuseTakenAddress } from '../../people/user-row.ts'
import { recipientFilter } from '../app-access/recipient-filter.ts'
import { DYNAMIC_FILTER } from './dynamic-members.ts'
import { createGroupMembers, join } from './group-members.ts'
import {
  groupIn,
  groupOf,
  type GroupRow,
  groupTarget,
  readdressGroup,
  shownGroup,
  takeAddress,
  wholeGroup,
} from './group-row.ts'
import { settingsAfter } from '../mailboxes/kept-settings.ts'
import { checkAlias, refuseTakenName } from '../recipients/addresses.ts'
import type { DistributionGroup, DistributionGroups } from '../recipients/recipients.ts'

/** A change of a group can affect access to any mailbox, so each journal line has the tenant as its subject. */
export function createGroups(directoryTx: DirectoryTx, mailboxes: Directory['mailboxes']): DistributionGroups {
  const chosen = async (of: Statement) => (await directoryTx.all<GroupRow>(inARow(wholeGroup, of))).map(groupOf)
  const findByAddress: DistributionGroups['findByAddress'] = async (tenant, address) =>
    (
      await chosen(sql` join directory_group_address a on a.group_guid = g.guid
        where a.tenant = ${tenant} and a.address_key = ${fold(address)}`)
    )[0]
  const find: DistributionGroups['find'] = async (tenant, named) =>
    (await findByAddress(tenant, named)) ?? (await findByName(chosen, tenant, named))

  return {
    ...createGroupMembers(directoryTx, mailboxes, find),
    find,
    findByAddress,

    all: (tenant) => chosen(sql` where g.tenant = ${tenant} order by g.revision, g.guid`),

    async create(tenant, given) {
      const filter = given.recipientFilter
      if (filter !== undefined) recipientFilter(filter, DYNAMIC_FILTER)
      const guid = directoryTx.world.guid()
      const objectId = directoryTx.world.guid()
      const at = directoryTx.world.now()
      return directoryTx.write(tenant, { what: 'group added', subject: tenant }, function* (revision, tell) {
        const name = checkText(given.name, 'Name', limits.mailboxName)
        const alias = checkAlias(given.alias)
        const displayName = checkText(given.displayName, 'DisplayName', limits.displayName)
        const primary = addressIn(yield* domainsOf(tenant), given.primarySmtpAddress, 'PrimarySmtpAddress')
        yield* refuseTakenName(tenant, { name, alias })
        yield* refuseTakenAddress(tenant, primary, 'PrimarySmtpAddress')
        const sid = yield* nextSid(tenant)
        yield* ask(sql`insert into directory_group (guid, tenant, object_id, sid, name, name_key, alias, alias_key,
            display_name, display_key, primary_address, addresses, type, hidden, settings, recipient_filter, created, changed, revision)
          values (${guid}, ${tenant}, ${objectId}, ${sid}, ${name}, ${fold(name)}, ${alias}, ${fold(alias)},
            ${displayName}, ${fold(displayName)}, ${primary}, ${JSON.stringify([`SMTP:${primary}`])}, ${given.type}, 0,
            ${JSON.stringify(settingsAfter({}, given.settings ?? {}))}, ${filter ?? null}, ${at}, ${at}, ${revision})`)
        yield* takeAddress(tenant, guid, primary)
        const group = groupOf(yield* groupIn(tenant, guid))
        tell({
          activity: filter === undefined ? 'New-DistributionGroup' : 'New-DynamicDistributionGroup',
          targets: [groupTarget(group)],
          changes: changesBetween({}, shownGroup(group)),
        })
        for (const member of given.members) yield* join(group, member, { revision, tell })
        return group
      })
    },

    async update(tenant, guid, change) {
      if (change.recipientFilter !== undefined) recipientFilter(change.recipientFilter, DYNAMIC_FILTER)
      const changed = directoryTx.world.now()
      return directoryTx.write(tenant, { what: 'group changed', subject: tenant }, function* (_, tell) {
        const row = yield* groupIn(tenant, guid)
        const before = groupOf(row)
        const name = checkText(change.name ?? before.name, 'Name', limits.mailboxName)
        const alias = checkAlias(change.alias ?? before.alias)
        const displayName = checkText(change.displayName ?? before.displayName, 'DisplayName', limits.displayName)
        const hidden = change.hiddenFromAddressLists ?? before.hiddenFromAddressLists
        const settings = settingsAfter(before.settings, change.settings ?? {})
        const filter = before.recipientFilter && (change.recipientFilter ?? before.recipientFilter)
        yield* refuseTakenName(tenant, { name, alias, own: guid })
        yield* ask(sql`update directory_group set name = ${name}, name_key = ${fold(name)}, alias = ${alias},
            alias_key = ${fold(alias)}, display_name = ${displayName}, display_key = ${fold(displayName)},
            hidden = ${Number(hidden)}, settings = ${JSON.stringify(settings)}, recipient_filter = ${filter ?? null},
            changed = ${changed}
            where guid = ${guid}`)
        if (change.primarySmtpAddress !== undefined || change.emailAddresses) yield* readdressGroup(before, change)
        const after = groupOf(yield* groupIn(tenant, guid))
        const changes = changesBetween(shownGroup(before), shownGroup(after))
        const activity = filter === undefined ? 'Set-DistributionGroup' : 'Set-DynamicDistributionGroup'
        tell({ activity, targets: [groupTarget(after)], changes })
        return after
      })
    },

    async remove(tenant, guid) {
      await directoryTx.write(tenant, { what: 'group removed', subject: tenant }, function* (_, tell) {
        const group = groupOf(yield* groupIn(tenant, guid))
        yield* refuseDenying(group)
        const dynamic = group.recipientFilter !== undefined
        const activity = dynamic ? 'Remove-DynamicDistributionGroup' : 'Remove-DistributionGroup'
        tell({ activity, targets: [groupTarget(group)] })
        yield* ask(sql`delete from directory_group_member where group_guid = ${guid} or member = ${guid}`)
        yield* ask(sql`delete from directory_group_address where group_guid = ${guid}`)
        yield* ask(sql`delete from directory_group where guid = ${guid}`)
      })
    },
  }
}

/** Tries the unique names before the display name, which several groups may share. */
async function findByName(
  chosen: (of: Statement) => Promise<readonly DistributionGroup[]>,
  tenant: TenantId,
  named: string,
): Promise<DistributionGroup | undefined> {
  const key = fold(commonName(named) ?? named)
  const found = await chosen(sql` where g.tenant = ${tenant} and (g.guid = ${key} or g.object_id = ${key}
    or g.sid = ${key.toUpperCase()} or g.name_key = ${key} or g.alias_key = ${key} or g.display_key = ${key})
    order by g.revision limit 100`)
  const exact =
    found.find((it) => [it.guid, it.externalDirectoryObjectId, fold(it.sid)].includes(key as Guid)) ??
    found.find(({ name }) => fold(name) === key) ??
    found.find(({ alias }) => fold(alias) === key)
  if (commonName(named) !== undefined) {
    return exact && fold(exact.distinguishedName) === fold(named) ? exact : undefined
  }
  if (exact || found.length < 2) return exact ?? found[0]
  return refuseAmbiguous(named, 'Name one group by its address.')
}

/** A policy that denies access would deny nobody without its group. */
function* refuseDenying({ tenant, externalDirectoryObjectId, name }: DistributionGroup): Statements<void> {
  const used = yield* askOne<{ app_id: string }>(sql`select app_id from directory_access_policy
    where tenant = ${tenant} and scope = ${externalDirectoryObjectId} and access_right = 'DenyAccess' limit 1`)
  if (used) {
    const app = used.app_id === '*' ? 'every app' : `the app ${used.app_id}`
    refuse(
      'wrong-state',
      `The group '${name}' can't be removed: an application access policy denies its members to ${app}.`,
    )
  }
}
