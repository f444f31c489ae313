import { type AppId, isGuid, type ServicePrincipalId, type TenantId } from '../../core/ids.ts'
import { ask, sql } from '../../storage/engine.ts'
import type { DirectoryTx } from './directory-tx.ts'
import { domainRows, initialDomain, takeDomain } from './domains.ts'
import { checkText, limits } from './limits.ts'
import { domainName, fold } from './names.ts'
import { firstRid, sidBase } from './exchange/permissions/sids.ts'
import type { Directory, Tenant } from './types.ts'
import { microsoftTenant, resources } from '../../core/well-known/resources.ts'

interface TenantRow {
  readonly id: TenantId
  readonly display_name: string
  readonly created: number
}

export function createTenants(directoryTx: DirectoryTx): Directory['tenants'] {
  const whole = async (row: TenantRow | undefined): Promise<Tenant | undefined> =>
    row && {
      id: row.id,
      displayName: row.display_name,
      domains: (await directoryTx.all<{ name: string }>(domainRows(row.id))).map(({ name }) => name),
      initialDomain: (await directoryTx.first<{ name: string }>(initialDomain(row.id)))!.name,
      created: row.created,
    }

  return {
    async find(named) {
      const key = fold(named)
      return whole(
        isGuid(key)
          ? await directoryTx.first<TenantRow>(
              sql`select id, display_name, created from directory_tenant where id = ${key}`,
            )
          : await directoryTx.first<TenantRow>(sql`select t.id, t.display_name, t.created from directory_tenant t
              join directory_domain d on d.tenant = t.id where d.name = ${key}`),
      )
    },

    async all() {
      const rows = await directoryTx.all<TenantRow>(
        sql`select id, display_name, created from directory_tenant order by created, id`,
      )
      return (await Promise.all(rows.map(whole))).filter((tenant) => tenant !== undefined)
    },

    async only() {
      const rows = await directoryTx.all<TenantRow>(sql`select id, display_name, created from directory_tenant limit 2`)
      return rows.length === 1 ? whole(rows[0]) : undefined
    },

    async administratorsApp(tenant) {
      const row = await directoryTx.first<{ administrators_app: AppId | null }>(
        sql`select administrators_app from directory_tenant where id = ${tenant}`,
      )
      return row?.administrators_app ?? undefined
    },

    async setAdministratorsApp(tenant, appId) {
      await directoryTx.write(tenant, { what: 'administrator’s app set', subject: appId }, function* () {
        yield* ask(sql`update directory_tenant set administrators_app = ${appId} where id = ${tenant}`)
      })
    },

    async create(displayName, domain) {
      checkText(displayName, 'displayName', limits.displayName)
      const name = domainName(domain)
      const { world } = directoryTx
      const id = world.guid<TenantId>()
      const created = world.now()
      const base = sidBase(world)
      const principals = resources.map((resource) => ({ resource, id: world.guid<ServicePrincipalId>() }))
      await directoryTx.found(id, function* (tell) {
        yield* ask(sql`insert into directory_tenant (id, display_name, sid_base, next_rid, revision, created)
          values (${id}, ${displayName}, ${base}, ${firstRid}, 1, ${created})`)
        yield* takeDomain(id, { name, revision: 1, created })
        tell({ activity: 'Create company', targets: [{ type: 'Directory', id, displayName }] })
        for (const principal of principals) {
          yield* ask(sql`insert into directory_service_principal (id, tenant, app_id, display_name, display_key, account_enabled,
              assignment_required, owner, tags, created, revision)
            values (${principal.id}, ${id}, ${principal.resource.appId}, ${principal.resource.displayName},
              ${fold(principal.resource.displayName)}, 1, 0,
              ${microsoftTenant}, '[]', ${created}, 1)`)
        }
      })
      return { id, displayName, domains: [name], initialDomain: name, created }
    },
  }
}
