import { setOrganizationConfig as declaration } from '../../../../cmdlets/exchange/organization/set-organization-config.ts'
import { organizationParameters } from '../../../../cmdlets/exchange/organization/organization-parameters.ts'
import { command } from '../../command.ts'
import { findAuthenticationPolicy } from '../authentication-policies/find-authentication-policy.ts'
import { settingsGiven } from '../../settings-given.ts'

export const setOrganizationConfig = command({
  declaration,
  role: 'Organization Configuration',
  async run(context, { DefaultAuthenticationPolicy: named, ...given }) {
    const { directory, tenant } = context
    const policy = named ? await findAuthenticationPolicy(context, named) : undefined
    const change = settingsGiven(organizationParameters, given)
    await directory.together(tenant.id, [
      async (one) => change && one.organization.changeConfiguration(tenant.id, change),
      async (one) => named !== undefined && one.authenticationPolicies.assignDefault(tenant.id, policy?.guid),
    ])
    return []
  },
})
