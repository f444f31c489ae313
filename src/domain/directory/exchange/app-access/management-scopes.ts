import type { Guid, TenantId } from '../../../../core/ids.ts'
import { refuse } from '../../../../core/refusal.ts'
import { ask, askOne, sql, type Statements } from '../../../../storage/engine.ts'
import { changesBetween, otherTarget } from '../../audit/audit-event.ts'
import type { DirectoryTx } from '../../directory-tx.ts'
import { checkText, limits } from '../../limits.ts'
import { fold } from '../../names.ts'
import { refuseFull, refuseTaken } from '../../refusals.ts'
import type { ManagementScope, ManagementScopes } from './app-access.ts'
import { recipientFilter } from './recipient-filter.ts'

interface ScopeRow {
  readonly guid: Guid
  readonly tenant: TenantId
  readonly name: string
  readonly recipient_filter: string
  readonly exclusive: number
  readonly created: number
  readonly changed: number
}

export function createManagementScopes(directoryTx: DirectoryTx): ManagementScopes {
  return {
    async find(tenant, named) {
      const row = await directoryTx.first<ScopeRow>(sql`select * from directory_management_scope
        where tenant = ${tenant} and (guid = ${fold(named)} or name_key = ${fold(named)})`)
      return row && scopeOf(row)
    },

    async all(tenant) {
      const rows = await directoryTx.all<ScopeRow>(
        sql`select * from directory_management_scope where tenant = ${tenant} order by revision, guid`,
      )
      return rows.map(scopeOf)
    },

    async create(tenant, given) {
      const name = checkText(given.name, 'Name', limits.mailboxName)
      recipientFilter(given.recipientFilter)
      const guid = directoryTx.world.guid()
      const created = directoryTx.world.now()
      return directoryTx.write(tenant, { what: 'management scope added', subject: tenant }, function* (revision, tell) {
        yield* refuseFull(
          sql`directory_management_scope where tenant = ${tenant}`,
          limits.managementScopes,
          `An organization holds at most ${limits.managementScopes} management scopes.`,
        )
        yield* refuseTakenName(tenant, name, guid)
        yield* ask(sql`insert into directory_management_scope (guid, tenant, name, name_key, recipient_filter, exclusive,
            created, changed, revision)
          values (${guid}, ${tenant}, ${name}, ${fold(name)}, ${given.recipientFilter}, ${Number(given.exclusive)},
            ${created}, ${created}, ${revision})`)
        const scope = { ...given, guid, tenant, name, created, changed: created }
        tell({ activity: 'New-ManagementScope', targets: [target(scope)], changes: changesBetween({}, shown(scope)) })
        return scope
      })
    },

    async update(tenant, guid, change) {
      if (change.recipientFilter !== undefined) recipientFilter(change.recipientFilter)
      const changed = directoryTx.world.now()
      return directoryTx.write(tenant, { what: 'management scope changed', subject: tenant }, function* (_, tell) {
        const before = scopeOf(yield* rowOf(tenant, guid))
        const name = checkText(change.name ?? before.name, 'Name', limits.mailboxName)
        const after = { ...before, name, recipientFilter: change.recipientFilter ?? before.recipientFilter, changed }
        yield* refuseTakenName(tenant, name, guid)
        yield* ask(sql`update directory_management_scope set name = ${name}, name_key = ${fold(name)},
          recipient_filter = ${after.recipientFilter}, changed = ${changed} where guid = ${guid}`)
        const changes = changesBetween(shown(before), shown(after))
        tell({ activity: 'Set-ManagementScope', targets: [target(after)], changes })
        return after
      })
    },

    async remove(tenant, guid) {
      await directoryTx.write(tenant, { what: 'management scope removed', subject: tenant }, function* (_, tell) {
        const gone = scopeOf(yield* rowOf(tenant, guid))
        yield* refuseInUse(gone)
        yield* ask(sql`delete from directory_management_scope where guid = ${guid}`)
        tell({ activity: 'Remove-ManagementScope', targets: [target(gone)], changes: changesBetween(shown(gone), {}) })
      })
    },
  }
}

export const scopeOf = (row: ScopeRow): ManagementScope => ({
  guid: row.guid,
  tenant: row.tenant,
  name: row.name,
  recipientFilter: row.recipient_filter,
  exclusive: row.exclusive === 1,
  created: row.created,
  changed: row.changed,
})

const target = ({ guid, name }: ManagementScope) => otherTarget(guid, name)

const shown = ({ name, recipientFilter: filter, exclusive }: ManagementScope) => ({
  name,
  recipientFilter: filter,
  exclusive,
})

function* rowOf(tenant: TenantId, guid: Guid): Statements<ScopeRow> {
  const row = yield* askOne<ScopeRow>(
    sql`select * from directory_management_scope where tenant = ${tenant} and guid = ${guid}`,
  )
  return row ?? refuse('no-such-thing', "The management scope couldn't be found.", { property: 'Identity' })
}

function* refuseTakenName(tenant: TenantId, name: string, guid: Guid): Statements<void> {
  const taken = yield* askOne(sql`select guid from directory_management_scope
    where tenant = ${tenant} and name_key = ${fold(name)} and guid <> ${guid}`)
  if (taken) refuseTaken('Name')
}

/** Without its scope, an assignment would cover the whole tenant. */
function* refuseInUse({ guid, name }: ManagementScope): Statements<void> {
  const used = yield* askOne<{ name: string }>(
    sql`select name from directory_role_assignment where scope = ${guid} order by revision limit 1`,
  )
  if (used) {
    refuse('wrong-state', `The management scope '${name}' is used by the role assignment '${used.name}'.`)
  }
}
