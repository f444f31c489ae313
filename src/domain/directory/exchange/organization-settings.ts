import type { TenantId } from '../../../core/ids.ts'
import type { SettingsChange, StoredSettings } from './mailboxes/kept-settings.ts'

/** docs/reference/exchange-admin.md §3.4, §11.3: settings of a whole tenant. */
export interface OrganizationSettings {
  readonly tenant: TenantId
  /** Whether SMTP authentication is disabled for mailboxes that do not set it themselves. */
  readonly smtpClientAuthenticationDisabled: boolean
  /** The settings of `Set-TransportConfig`. */
  readonly transport: StoredSettings
  /** The settings of `Set-OrganizationConfig`. */
  readonly configuration: StoredSettings
}

export interface Organization {
  of(tenant: TenantId): Promise<OrganizationSettings>
  changeTransport(tenant: TenantId, change: SettingsChange): Promise<void>
  changeConfiguration(tenant: TenantId, change: SettingsChange): Promise<void>
}
