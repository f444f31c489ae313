import type { TenantId } from '../../../core/ids.ts'
import { ask, askOne, sql, type Statements } from '../../../storage/engine.ts'
import type { Activity } from '../audit/activities.ts'
import { changesBetween } from '../audit/audit-event.ts'
import type { DirectoryTx } from '../directory-tx.ts'
import { settingsAfter, type SettingsChange, settingsOf } from './mailboxes/kept-settings.ts'
import type { Organization } from './organization-settings.ts'

interface OrganizationRow {
  readonly transport: string
  readonly configuration: string
}

const nothingSet: OrganizationRow = { transport: '{}', configuration: '{}' }

export function createOrganization(directoryTx: DirectoryTx): Organization {
  const change = (
    tenant: TenantId,
    activity: Activity & `Set-${string}`,
    next: (before: OrganizationRow) => OrganizationRow,
  ): Promise<void> =>
    directoryTx.write(tenant, { what: 'organization changed', subject: tenant }, function* (_, tell) {
      const before = (yield* askOne<OrganizationRow>(rowOf(tenant))) ?? nothingSet
      const after = next(before)
      yield* put(tenant, after)
      const { display_name: displayName } = (yield* askOne<{ display_name: string }>(
        sql`select display_name from directory_tenant where id = ${tenant}`,
      ))!
      const changes = changesBetween(shown(before), shown(after))
      tell({ activity, targets: [{ type: 'Directory', id: tenant, displayName }], changes })
    })

  return {
    async of(tenant) {
      const row = (await directoryTx.first<OrganizationRow>(rowOf(tenant))) ?? nothingSet
      const transport = settingsOf(row.transport)
      return {
        tenant,
        smtpClientAuthenticationDisabled: transport.SmtpClientAuthenticationDisabled === true,
        transport,
        configuration: settingsOf(row.configuration),
      }
    },

    changeTransport: (tenant, given) =>
      change(tenant, 'Set-TransportConfig', (row) => ({ ...row, transport: changed(row.transport, given) })),

    changeConfiguration: (tenant, given) =>
      change(tenant, 'Set-OrganizationConfig', (row) => ({
        ...row,
        configuration: changed(row.configuration, given),
      })),
  }
}

const rowOf = (tenant: TenantId) =>
  sql`select transport, configuration from directory_organization where tenant = ${tenant}`

const changed = (text: string, change: SettingsChange): string =>
  JSON.stringify(settingsAfter(settingsOf(text), change))

/** The settings that the audit log shows. */
const shown = ({ transport, configuration }: OrganizationRow) => ({
  ...settingsOf(transport),
  ...settingsOf(configuration),
})

function* put(tenant: TenantId, { transport, configuration }: OrganizationRow): Statements<void> {
  yield* ask(sql`insert into directory_organization (tenant, transport, configuration)
    values (${tenant}, ${transport}, ${configuration})
    on conflict (tenant) do update set transport = ${transport}, configuration = ${configuration}`)
}
