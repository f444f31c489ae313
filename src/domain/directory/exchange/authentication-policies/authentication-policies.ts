import type { Guid, TenantId, UserId } from '../../../../core/ids.ts'
import { refuse } from '../../../../core/refusal.ts'
import { ask, askOne, sql, type Statements } from '../../../../storage/engine.ts'
import { changesBetween, otherTarget, userTarget } from '../../audit/audit-event.ts'
import type { DirectoryTx } from '../../directory-tx.ts'
import { checkText, limits } from '../../limits.ts'
import { fold } from '../../names.ts'
import { refuseFull, refuseTaken } from '../../refusals.ts'
import { userIn } from '../../people/user-row.ts'
import {
  type AuthenticationPolicies,
  type AuthenticationPolicy,
  type BasicProtocol,
  basicProtocols,
  type PolicySwitches,
} from './authentication-policy.ts'

interface PolicyRow {
  readonly guid: Guid
  readonly tenant: TenantId
  readonly name: string
  /** Protocol names, separated by spaces. */
  readonly allowed: string
  readonly legacy_tokens: number
  readonly created: number
  readonly changed: number
}

export function createAuthenticationPolicies(directoryTx: DirectoryTx): AuthenticationPolicies {
  const ofUser = async (tenant: TenantId, user: UserId) => {
    const row = await directoryTx.first<PolicyRow>(sql`select p.* from directory_user_authentication_policy u
      join directory_authentication_policy p on p.guid = u.policy where u.user_id = ${user} and p.tenant = ${tenant}`)
    return row && policyOf(row)
  }
  const ofTenant = async (tenant: TenantId) => {
    const row = await directoryTx.first<PolicyRow>(sql`select p.* from directory_default_authentication_policy d
      join directory_authentication_policy p on p.guid = d.policy where d.tenant = ${tenant}`)
    return row && policyOf(row)
  }

  return {
    ofUser,
    ofTenant,

    async find(tenant, named) {
      const row = await directoryTx.first<PolicyRow>(sql`select * from directory_authentication_policy
        where tenant = ${tenant} and (guid = ${fold(named)} or name_key = ${fold(named)})`)
      return row && policyOf(row)
    },

    async all(tenant) {
      const rows = await directoryTx.all<PolicyRow>(
        sql`select * from directory_authentication_policy where tenant = ${tenant} order by revision, guid`,
      )
      return rows.map(policyOf)
    },

    // docs/reference/exchange-admin.md §4: the user's own policy takes precedence over the default.
    async effective(tenant, user) {
      const own = user && (await ofUser(tenant, user))
      if (own) return { policy: own, from: 'user' }
      const policy = await ofTenant(tenant)
      return policy && { policy, from: 'default' }
    },

    async create(tenant, { name: given, ...switches }) {
      const name = checkText(given, 'Name', limits.policyName)
      const guid = directoryTx.world.guid()
      const created = directoryTx.world.now()
      return directoryTx.write(
        tenant,
        { what: 'authentication policy added', subject: tenant },
        function* (revision, tell) {
          yield* refuseFull(
            sql`directory_authentication_policy where tenant = ${tenant}`,
            limits.authenticationPolicies,
            `An organization holds at most ${limits.authenticationPolicies} authentication policies.`,
          )
          yield* refuseTakenName(tenant, name)
          const none = { guid, tenant, name, allowed: new Set<BasicProtocol>(), allowLegacyExchangeTokens: false }
          const policy = switched({ ...none, created, changed: created }, switches)
          yield* ask(sql`insert into directory_authentication_policy (guid, tenant, name, name_key, allowed, legacy_tokens,
            created, changed, revision)
          values (${guid}, ${tenant}, ${name}, ${fold(name)}, ${[...policy.allowed].join(' ')},
            ${Number(policy.allowLegacyExchangeTokens)}, ${created}, ${created}, ${revision})`)
          const changes = changesBetween({}, shown(policy))
          tell({ activity: 'New-AuthenticationPolicy', targets: [target(policy)], changes })
          return policy
        },
      )
    },

    async update(tenant, guid, switches) {
      const changed = directoryTx.world.now()
      return directoryTx.write(tenant, { what: 'authentication policy changed', subject: tenant }, function* (_, tell) {
        const before = policyOf(yield* rowOf(tenant, guid))
        const after = { ...switched(before, switches), changed }
        yield* ask(sql`update directory_authentication_policy set allowed = ${[...after.allowed].join(' ')},
          legacy_tokens = ${Number(after.allowLegacyExchangeTokens)}, changed = ${changed} where guid = ${guid}`)
        const changes = changesBetween(shown(before), shown(after))
        tell({ activity: 'Set-AuthenticationPolicy', targets: [target(after)], changes })
        return after
      })
    },

    async remove(tenant, guid) {
      await directoryTx.write(tenant, { what: 'authentication policy removed', subject: tenant }, function* (_, tell) {
        const gone = policyOf(yield* rowOf(tenant, guid))
        yield* refuseInUse(gone)
        yield* ask(sql`delete from directory_authentication_policy where guid = ${guid}`)
        const changes = changesBetween(shown(gone), {})
        tell({ activity: 'Remove-AuthenticationPolicy', targets: [target(gone)], changes })
      })
    },

    async assign(tenant, user, policy) {
      await directoryTx.write(tenant, { what: 'authentication policy assigned', subject: user }, function* (_, tell) {
        const row = yield* userIn(tenant, user)
        const before = yield* nameGiven(sql`select p.name from directory_user_authentication_policy u
          join directory_authentication_policy p on p.guid = u.policy where u.user_id = ${user}`)
        const after = policy === undefined ? undefined : (yield* rowOf(tenant, policy)).name
        yield* ask(sql`delete from directory_user_authentication_policy where user_id = ${user}`)
        if (policy !== undefined) {
          yield* ask(
            sql`insert into directory_user_authentication_policy (user_id, policy) values (${user}, ${policy})`,
          )
        }
        const changes = changesBetween({ authenticationPolicy: before }, { authenticationPolicy: after })
        tell({ activity: 'Set-User', targets: [userTarget(row)], changes })
      })
    },

    async assignDefault(tenant, policy) {
      await directoryTx.write(tenant, { what: 'default authentication policy', subject: tenant }, function* (_, tell) {
        const before = yield* nameGiven(sql`select p.name from directory_default_authentication_policy d
          join directory_authentication_policy p on p.guid = d.policy where d.tenant = ${tenant}`)
        const after = policy === undefined ? undefined : (yield* rowOf(tenant, policy)).name
        yield* ask(sql`delete from directory_default_authentication_policy where tenant = ${tenant}`)
        if (policy !== undefined) {
          yield* ask(
            sql`insert into directory_default_authentication_policy (tenant, policy) values (${tenant}, ${policy})`,
          )
        }
        const changes = changesBetween({ defaultAuthenticationPolicy: before }, { defaultAuthenticationPolicy: after })
        tell({ activity: 'Set-OrganizationConfig', targets: [otherTarget(tenant, tenant)], changes })
      })
    },
  }
}

const policyOf = (row: PolicyRow): AuthenticationPolicy => ({
  guid: row.guid,
  tenant: row.tenant,
  name: row.name,
  allowed: new Set(row.allowed.split(' ').filter((word) => word !== '') as BasicProtocol[]),
  allowLegacyExchangeTokens: row.legacy_tokens === 1,
  created: row.created,
  changed: row.changed,
})

const switched = (policy: AuthenticationPolicy, change: PolicySwitches): AuthenticationPolicy => ({
  ...policy,
  allowed: new Set(basicProtocols.filter((protocol) => change.allow?.[protocol] ?? policy.allowed.has(protocol))),
  allowLegacyExchangeTokens: change.allowLegacyExchangeTokens ?? policy.allowLegacyExchangeTokens,
})

const target = ({ guid, name }: AuthenticationPolicy) => otherTarget(guid, name)

const shown = ({ name, allowed, allowLegacyExchangeTokens }: AuthenticationPolicy) => ({
  name,
  ...Object.fromEntries(basicProtocols.map((protocol) => [`AllowBasicAuth${protocol}`, allowed.has(protocol)])),
  allowLegacyExchangeTokens,
})

function* nameGiven(statement: ReturnType<typeof sql>): Statements<string | undefined> {
  return (yield* askOne<{ name: string }>(statement))?.name
}

function* rowOf(tenant: TenantId, guid: Guid): Statements<PolicyRow> {
  const row = yield* askOne<PolicyRow>(
    sql`select * from directory_authentication_policy where tenant = ${tenant} and guid = ${guid}`,
  )
  return row ?? refuse('no-such-thing', "The authentication policy couldn't be found.", { property: 'Identity' })
}

function* refuseTakenName(tenant: TenantId, name: string): Statements<void> {
  const taken = yield* askOne(sql`select guid from directory_authentication_policy
    where tenant = ${tenant} and name_key = ${fold(name)}`)
  if (taken) refuseTaken('Name')
}

/** A user who loses a policy falls back to the default, which may allow more. */
function* refuseInUse({ guid, name }: AuthenticationPolicy): Statements<void> {
  const isDefault = yield* askOne(
    sql`select 1 as one from directory_default_authentication_policy where policy = ${guid}`,
  )
  const user = yield* askOne<{ upn: string }>(sql`select d.upn from directory_user_authentication_policy u
    join directory_user d on d.id = u.user_id where u.policy = ${guid} order by d.upn_key limit 1`)
  if (isDefault || user) {
    const whose = isDefault ? "the organization's default" : `that of ${user?.upn}`
    refuse('wrong-state', `The authentication policy '${name}' can't be removed: it is ${whose}.`)
  }
}
