import type { Guid, TenantId, UserId } from '../../../../core/ids.ts'

/** docs/reference/exchange-admin.md §4: the protocols that have their own switch. */
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

/** The protocols over which users with this policy can sign in with a password. */
export interface AuthenticationPolicy {
  readonly guid: Guid
  readonly tenant: TenantId
  readonly name: string
  readonly allowed: ReadonlySet<BasicProtocol>
  readonly allowLegacyExchangeTokens: boolean
  readonly created: number
  readonly changed: number
}

/** A switch that is absent is off in a new policy, and keeps its value in an update. */
export interface PolicySwitches {
  readonly allow?: Partial<Readonly<Record<BasicProtocol, boolean>>>
  readonly allowLegacyExchangeTokens?: boolean
}

/** The policy that applies, and why. */
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
  /** Refuses `wrong-state` if the policy is the default or is assigned to a user. */
  remove(tenant: TenantId, guid: Guid): Promise<void>
  /** The policy that is assigned to the user. */
  ofUser(tenant: TenantId, user: UserId): Promise<AuthenticationPolicy | undefined>
  /** The default policy of the tenant. */
  ofTenant(tenant: TenantId): Promise<AuthenticationPolicy | undefined>
  /** The policy that applies to a user; without a user, the default. */
  effective(tenant: TenantId, user: UserId | undefined): Promise<EffectivePolicy | undefined>
  /** Undefined removes the assignment. */
  assign(tenant: TenantId, user: UserId, policy: Guid | undefined): Promise<void>
  assignDefault(tenant: TenantId, policy: Guid | undefined): Promise<void>
}
