import { getAuthenticationPolicy as declaration } from '../../../../cmdlets/exchange/authentication-policies/get-authentication-policy.ts'
import { command } from '../../command.ts'
import { findAuthenticationPolicy } from './find-authentication-policy.ts'
import { authenticationPolicyOutput } from '../../objects/authentication-policy.ts'

export const getAuthenticationPolicy = command({
  declaration,
  role: 'Organization Configuration',
  async run(context, { Identity, AllowLegacyExchangeTokens }) {
    const { directory, tenant } = context
    const found =
      Identity === undefined
        ? await directory.authenticationPolicies.all(tenant.id)
        : [await findAuthenticationPolicy(context, Identity)]
    return found
      .filter(({ allowLegacyExchangeTokens }) => !AllowLegacyExchangeTokens || allowLegacyExchangeTokens)
      .map((policy) => authenticationPolicyOutput(tenant, policy))
  },
})
