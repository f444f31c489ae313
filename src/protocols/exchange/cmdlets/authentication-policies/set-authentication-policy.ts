import { setAuthenticationPolicy as declaration } from '../../../../cmdlets/exchange/authentication-policies/set-authentication-policy.ts'
import { givenSwitches } from './basic-switches.ts'
import { command } from '../../command.ts'
import { findAuthenticationPolicy } from './find-authentication-policy.ts'
import { wrongParameters } from '../../refusals.ts'

export const setAuthenticationPolicy = command({
  declaration,
  role: 'Organization Configuration',
  async run(context, { AllowLegacyExchangeTokens: allow, BlockLegacyExchangeTokens: block, ...given }) {
    const { directory, tenant } = context
    if (allow && block) wrongParameters('-AllowLegacyExchangeTokens and -BlockLegacyExchangeTokens exclude each other.')
    const { guid } = await findAuthenticationPolicy(context, given.Identity)
    const tokens = allow ?? (block === undefined ? undefined : !block)
    await directory.authenticationPolicies.update(tenant.id, guid, {
      allow: givenSwitches(given),
      ...(tokens === undefined ? {} : { allowLegacyExchangeTokens: tokens }),
    })
    return []
  },
})
