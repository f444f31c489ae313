import type { TenantId } from '../../../core/ids.ts'
import type { SettingsChange, StoredSettings } from './mailboxes/kept-settings.ts'

/** docs/reference/exchange-admin.md §3.4, §11.3: what holds for a whole tenant. */
export interface OrganizationSettings {
  readonly tenant: TenantId
  /** Whether SMTP lets nobody sign in whose mailbox does not say otherwise. */
  readonly smtpClientAuthenticationDisabled: boolean
  /** `Set-TransportConfig`'s. */
  readonly transport: StoredSettings
  /** `Set-OrganizationConfig`'s. */
  readonly configuration: StoredSettings
}

export interface Organization {
  of(tenant: TenantId): Promise<OrganizationSettings>
  changeTransport(tenant: TenantId, change: SettingsChange): Promise<void>
  changeConfiguration(tenant: TenantId, change: SettingsChange): Promise<void>
}
