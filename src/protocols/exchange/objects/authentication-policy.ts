import type { AuthenticationPolicy, Tenant } from '../../../domain/directory/types.ts'
import { protocolsWithSwitch, switchOf } from '../cmdlets/authentication-policies/basic-switches.ts'
import { metadata } from './metadata.ts'
import type { Output } from './output.ts'

/** contract/exchange-admin §4. */
export const authenticationPolicyOutput = (tenant: Tenant, policy: AuthenticationPolicy): Output => ({
  ...Object.fromEntries(protocolsWithSwitch.map((protocol) => [switchOf[protocol], policy.allowed.has(protocol)])),
  AllowLegacyExchangeTokens: policy.allowLegacyExchangeTokens,
  Name: policy.name,
  Identity: policy.name,
  Id: policy.name,
  Guid: policy.guid,
  ExchangeObjectId: policy.guid,
  ...metadata(tenant, policy),
  ObjectClass: ['top', 'msExchAuthPolicy'],
})
