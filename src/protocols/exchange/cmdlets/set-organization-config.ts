import { setOrganizationConfig as declaration } from '../../../cmdlets/exchange/set-organization-config.ts'
import { command } from '../command.ts'
import { findAuthenticationPolicy } from '../find-authentication-policy.ts'

export const setOrganizationConfig = command({
  declaration,
  role: 'Organization Configuration',
  async run(context, { DefaultAuthenticationPolicy: named }) {
    if (named === undefined) return []
    const policy = named === null ? undefined : await findAuthenticationPolicy(context, named)
    await context.directory.authenticationPolicies.assignDefault(context.tenant.id, policy?.guid)
    return []
  },
})
