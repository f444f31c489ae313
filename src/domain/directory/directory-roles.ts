import { type AppId, guid, type ServicePrincipalId, type TenantId } from '../../core/ids.ts'
import { ask, sql } from '../../storage/engine.ts'
import type { Ledger } from './ledger.ts'
import { refuseUnknownObject } from './refusals.ts'
import { principalIn } from './service-principals.ts'
import type { Directory } from './types.ts'

export function createDirectoryRoles(ledger: Ledger): Directory['directoryRoles'] {
  const appIdOf = async (tenant: TenantId, principal: ServicePrincipalId) =>
    (
      await ledger.first<{ app_id: AppId }>(
        sql`select app_id from directory_service_principal where tenant = ${tenant} and id = ${principal}`,
      )
    )?.app_id ?? refuseUnknownObject(principal)

  return {
    async of(tenant, principal) {
      const rows = await ledger.all<{ role_template: string }>(sql`select m.role_template from directory_role_member m
        join directory_service_principal p on p.id = m.principal
        where p.tenant = ${tenant} and p.id = ${principal} order by m.revision, m.role_template`)
      return rows.map((row) => row.role_template)
    },

    async assign(tenant, principal, roleTemplateId) {
      const template = guid(roleTemplateId)
      const entry = { what: 'directory role granted', subject: await appIdOf(tenant, principal) }
      await ledger.write(tenant, entry, function* (revision) {
        const { id } = yield* principalIn(tenant, principal)
        yield* ask(sql`insert into directory_role_member (principal, role_template, revision)
          values (${id}, ${template}, ${revision}) on conflict (principal, role_template) do nothing`)
      })
    },
  }
}
