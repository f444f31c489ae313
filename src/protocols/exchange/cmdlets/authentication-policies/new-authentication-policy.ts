import { newAuthenticationPolicy as declaration } from '../../../../cmdlets/exchange/authentication-policies/new-authentication-policy.ts'
import { givenSwitches } from './basic-switches.ts'
import { command } from '../../command.ts'
import { authenticationPolicyOutput } from '../../objects/authentication-policy.ts'

export const newAuthenticationPolicy = command({
  declaration,
  role: 'Organization Configuration',
  async run({ directory, tenant }, given) {
    const policy = await directory.authenticationPolicies.create(tenant.id, {
      name: given.Name,
      allow: givenSwitches(given),
      allowLegacyExchangeTokens: given.AllowLegacyExchangeTokens ?? false,
    })
    return [authenticationPolicyOutput(tenant, policy)]
  },
})
