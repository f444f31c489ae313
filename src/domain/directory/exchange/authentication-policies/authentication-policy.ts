import type { Guid, TenantId, UserId } from '../../../../core/ids.ts'

/** docs/reference/exchange-admin.md §4: the protocols that have a switch of their own. */
export const basicProtocols = [
  'ActiveSync',
  'Autodiscover',
  'Imap',
  'Mapi',
  'OfflineAddressBook',
  'OutlookService',
  'Pop',
  'Powershell',
  'ReportingWebServices',
  'Rpc',
  'Smtp',
  'WebServices',
] as const

export type BasicProtocol = (typeof basicProtocols)[number]

/** Over which protocols those who have it may sign in with a password. */
export interface AuthenticationPolicy {
  readonly guid: Guid
  readonly tenant: TenantId
  readonly name: string
  readonly allowed: ReadonlySet<BasicProtocol>
  readonly allowLegacyExchangeTokens: boolean
  readonly created: number
  readonly changed: number
}

/** What is absent is off in a new one, and stays in one that is changed. */
export interface PolicySwitches {
  readonly allow?: Partial<Readonly<Record<BasicProtocol, boolean>>>
  readonly allowLegacyExchangeTokens?: boolean
}

/** The policy that counts, and why it does. */
export interface EffectivePolicy {
  readonly policy: AuthenticationPolicy
  readonly from: 'user' | 'default'
}

export interface AuthenticationPolicies {
  /** By Guid or name. */
  find(tenant: TenantId, named: string): Promise<AuthenticationPolicy | undefined>
  all(tenant: TenantId): Promise<readonly AuthenticationPolicy[]>
  create(tenant: TenantId, policy: PolicySwitches & { readonly name: string }): Promise<AuthenticationPolicy>
  update(tenant: TenantId, guid: Guid, change: PolicySwitches): Promise<AuthenticationPolicy>
  /** Refuses `wrong-state` for one that somebody has. */
  remove(tenant: TenantId, guid: Guid): Promise<void>
  /** The one that was given to the user. */
  ofUser(tenant: TenantId, user: UserId): Promise<AuthenticationPolicy | undefined>
  /** The one of all who were given none. */
  ofTenant(tenant: TenantId): Promise<AuthenticationPolicy | undefined>
  /** What counts for a user, or for somebody who is none. */
  effective(tenant: TenantId, user: UserId | undefined): Promise<EffectivePolicy | undefined>
  /** Undefined takes it away. */
  assign(tenant: TenantId, user: UserId, policy: Guid | undefined): Promise<void>
  assignDefault(tenant: TenantId, policy: Guid | undefined): Promise<void>
}
