import { type AppId, guid, type Guid, type TenantId, type UserId } from '../../../../core/ids.ts'
import { refuse } from '../../../../core/refusal.ts'
import { ask, askOne, sql, type Statements } from '../../../../storage/engine.ts'
import { changesBetween, otherTarget } from '../../audit/audit-event.ts'
import type { DirectoryTx } from '../../directory-tx.ts'
import { checkCount, checkOptionalText, limits } from '../../limits.ts'
import { fold } from '../../names.ts'
import type { Directory } from '../../types.ts'
import type { AccessPolicies, AccessPolicy, NewAccessPolicies, PolicyRight, PolicyScope } from './app-access.ts'
import type { DistributionGroup } from '../recipients/recipients.ts'

interface PolicyRow {
  readonly id: Guid
  readonly tenant: TenantId
  readonly app_id: AppId | '*'
  readonly access_right: PolicyRight
  readonly scope: Guid
  readonly scope_sid: string
  readonly scope_name: string
  readonly scope_display_name: string
  readonly description: string
  readonly created: number
}

export function createAccessPolicies(
  directoryTx: DirectoryTx,
  { permissions, groups }: Pick<Directory, 'permissions' | 'groups'>,
): AccessPolicies {
  const subjectOf = async (tenant: TenantId, id: Guid) => {
    const row = await directoryTx.first<PolicyRow>(
      sql`select * from directory_access_policy where tenant = ${tenant} and id = ${id}`,
    )
    return journalSubject(tenant, row?.app_id ?? refuseUnknown())
  }

  return {
    async find(tenant, identity) {
      const [, app, scope] = /^[^\\]*\\([^:]*):[^;]*;(.*)$/.exec(fold(identity)) ?? []
      if (app === undefined || scope === undefined) return undefined
      const row = await directoryTx.first<PolicyRow>(
        sql`select * from directory_access_policy where tenant = ${tenant} and app_id = ${app} and scope = ${scope}`,
      )
      const found = row && policyOf(row)
      return found && fold(found.identity) === fold(identity) ? found : undefined
    },

    async all(tenant) {
      const rows = await directoryTx.all<PolicyRow>(
        sql`select * from directory_access_policy where tenant = ${tenant} order by revision, id`,
      )
      return rows.map(policyOf)
    },

    async naming(tenant, appId) {
      const rows = await directoryTx.all<PolicyRow>(sql`select * from directory_access_policy
        where tenant = ${tenant} and app_id in (${fold(appId)}, '*') order by revision, id`)
      return rows.map(policyOf)
    },

    async covers({ tenant, scope }, { tenant: of, externalDirectoryObjectId: id }) {
      if (of !== tenant) return false
      if (id === scope.id) return true
      const group = await groups.find(tenant, scope.id)
      // A new group can have the name of the removed one.
      return group?.externalDirectoryObjectId === scope.id && (await groups.holds(group.guid, id as UserId))
    },

    async scopeNamed(tenant, named) {
      const member = await groups.memberNamed(tenant, named)
      if (member?.kind !== 'mailbox') return groupScope(named, member?.group)
      const { mailbox } = member
      if (mailbox.type !== 'UserMailbox') refuseScope(named, mailbox.type)
      const trustee = await permissions.trustee(tenant, mailbox.externalDirectoryObjectId)
      return {
        id: mailbox.externalDirectoryObjectId,
        sid: trustee?.sid ?? '',
        name: mailbox.name,
        displayName: mailbox.displayName,
      }
    },

    async create(tenant, given) {
      const asked = checked(given)
      const made = asked.appIds.map((appId) => ({ appId, id: directoryTx.world.guid() }))
      const created = directoryTx.world.now()
      const [only] = asked.appIds
      const subject = journalSubject(tenant, asked.appIds.length === 1 ? only! : '*')
      return directoryTx.write(tenant, { what: 'access policy added', subject }, function* (revision, tell) {
        yield* refuseFull(tenant, made.length)
        yield* refuseGoneScope(tenant, asked.scope)
        const policies: AccessPolicy[] = []
        for (const { appId, id } of made) {
          const row = rowOf({ tenant, id, appId, created }, asked)
          yield* refuseSecond(row)
          yield* insert(row, revision)
          const policy = policyOf(row)
          policies.push(policy)
          tell({
            activity: 'New-ApplicationAccessPolicy',
            targets: [target(policy)],
            changes: changesBetween({}, shown(policy)),
          })
        }
        return policies
      })
    },

    async update(tenant, id, change) {
      const description = checkOptionalText(change.description, 'Description', limits.policyDescription)
      const subject = await subjectOf(tenant, id)
      return directoryTx.write(tenant, { what: 'access policy changed', subject }, function* (_, tell) {
        const before = (yield* rowWith(id)) ?? refuseUnknown()
        yield* ask(sql`update directory_access_policy set description = ${description} where id = ${id}`)
        const policy = policyOf({ ...before, description })
        const changes = changesBetween(shown(policyOf(before)), shown(policy))
        tell({ activity: 'Set-ApplicationAccessPolicy', targets: [target(policy)], changes })
        return policy
      })
    },

    async remove(tenant, id) {
      const subject = await subjectOf(tenant, id)
      await directoryTx.write(tenant, { what: 'access policy removed', subject }, function* (_, tell) {
        const gone = policyOf((yield* rowWith(id)) ?? refuseUnknown())
        yield* ask(sql`delete from directory_access_policy where id = ${id}`)
        tell({
          activity: 'Remove-ApplicationAccessPolicy',
          targets: [target(gone)],
          changes: changesBetween(shown(gone), {}),
        })
      })
    },
  }
}

/** A change for one app is recorded under the app; a change for every app is recorded under the tenant. */
const journalSubject = (tenant: TenantId, appId: AppId | '*'): Guid => (appId === '*' ? tenant : appId)

interface AccessPolicyInput extends NewAccessPolicies {
  readonly appIds: readonly (AppId | '*')[]
}

function checked(given: NewAccessPolicies): AccessPolicyInput {
  checkCount(given.appIds, 'AppId', limits.appsPerPolicy)
  const appIds = [...new Set(given.appIds.map((text) => (text.trim() === '*' ? '*' : guid<AppId>(text.trim()))))]
  if (appIds.length === 0) refuse('bad-syntax', 'The property AppId must not be empty.', { property: 'AppId' })
  if (given.description !== undefined) checkOptionalText(given.description, 'Description', limits.policyDescription)
  return { ...given, appIds }
}

const rowOf = (
  { tenant, id, appId, created }: { tenant: TenantId; id: Guid; appId: AppId | '*'; created: number },
  { accessRight, scope, description }: AccessPolicyInput,
): PolicyRow => ({
  id,
  tenant,
  app_id: appId,
  access_right: accessRight,
  scope: scope.id,
  scope_sid: scope.sid,
  scope_name: scope.name,
  scope_display_name: scope.displayName,
  description:
    description ??
    `AppId: ${appId}; ScopeIdentitySid: ${scope.sid}; ScopeIdentityOid: ${scope.id}; AccessRight: ${accessRight}; ShardType: All`,
  created,
})

const policyOf = (row: PolicyRow): AccessPolicy => ({
  id: row.id,
  tenant: row.tenant,
  identity: `${row.tenant}\\${row.app_id}:${row.scope_sid};${row.scope}`,
  appId: row.app_id,
  accessRight: row.access_right,
  scope: { id: row.scope, sid: row.scope_sid, name: row.scope_name, displayName: row.scope_display_name },
  description: row.description,
  created: row.created,
})

const target = ({ id, accessRight, appId }: AccessPolicy) => otherTarget(id, `${accessRight} ${appId}`)

const shown = ({ appId, accessRight, scope, description }: AccessPolicy) => ({
  appId,
  accessRight,
  scope: scope.name,
  description,
})

function* rowWith(id: Guid): Statements<PolicyRow | undefined> {
  return yield* askOne<PolicyRow>(sql`select * from directory_access_policy where id = ${id}`)
}

function* insert(row: PolicyRow, revision: number): Statements<void> {
  yield* ask(sql`insert into directory_access_policy (id, tenant, app_id, access_right, scope, scope_sid, scope_name,
      scope_display_name, description, created, revision)
    values (${row.id}, ${row.tenant}, ${row.app_id}, ${row.access_right}, ${row.scope}, ${row.scope_sid},
      ${row.scope_name}, ${row.scope_display_name}, ${row.description}, ${row.created}, ${revision})`)
}

function groupScope(named: string, group: DistributionGroup | undefined): PolicyScope | undefined {
  if (group?.type === 'Distribution') refuseScope(named, 'MailUniversalDistributionGroup')
  return (
    group && {
      id: group.externalDirectoryObjectId,
      sid: group.sid,
      name: group.name,
      displayName: group.displayName,
    }
  )
}

/** docs/reference/exchange-admin.md §6: a scope must be a security principal. A shared mailbox is not one. */
const refuseScope = (named: string, type: string): never =>
  refuse(
    'bad-syntax',
    `'${named.slice(0, 64)}' is a ${type} and no security principal. PolicyScopeGroupId takes a mail-enabled security group, a user mailbox or a mail user.`,
    { property: 'PolicyScopeGroupId' },
  )

const refuseUnknown = (): never =>
  refuse('no-such-thing', "The application access policy couldn't be found.", { property: 'Identity' })

/** docs/reference/exchange-admin.md §6 */
function* refuseFull(tenant: TenantId, more: number): Statements<void> {
  const row = yield* askOne<{ held: number }>(
    sql`select count(*) as held from directory_access_policy where tenant = ${tenant}`,
  )
  if (Number(row?.held) + more > limits.accessPolicies) {
    refuse('over-quota', 'The total size of App Access Policies exceeded the limit.')
  }
}

/** Checks again, inside the write, that the scope exists: a denial for a removed group would deny nobody. */
function* refuseGoneScope(tenant: TenantId, { id, name }: PolicyScope): Statements<void> {
  const found = yield* askOne(sql`select guid from directory_group where tenant = ${tenant} and object_id = ${id}
    union all select guid from directory_mailbox where tenant = ${tenant} and user_id = ${id}`)
  if (!found)
    refuse('no-such-thing', `The group or user '${name}' couldn't be found.`, { property: 'PolicyScopeGroupId' })
}

function* refuseSecond({ tenant, app_id: app, scope }: PolicyRow): Statements<void> {
  const taken = yield* askOne(sql`select id from directory_access_policy
    where tenant = ${tenant} and app_id = ${app} and scope = ${scope}`)
  if (taken) {
    refuse('already-exists', `An application access policy for the app ${app} and this scope already exists.`, {
      property: 'AppId',
    })
  }
}
