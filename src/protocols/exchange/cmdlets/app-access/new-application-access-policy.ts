import { newApplicationAccessPolicy as declaration } from '../../../../cmdlets/exchange/app-access/new-application-access-policy.ts'
import { command } from '../../command.ts'
import { policyOutput } from '../../objects/application-access-policy.ts'
import { notFound } from '../../refusals.ts'

export const newApplicationAccessPolicy = command({
  declaration,
  role: 'Organization Configuration',
  async run({ directory, tenant }, given) {
    const scope =
      (await directory.accessPolicies.scopeNamed(tenant.id, given.PolicyScopeGroupId)) ??
      notFound(tenant, given.PolicyScopeGroupId)
    const made = await directory.accessPolicies.create(tenant.id, {
      appIds: given.AppId,
      accessRight: given.AccessRight,
      scope,
      description: given.Description,
    })
    return made.map(policyOutput)
  },
})
