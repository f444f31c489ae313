import { getApplicationAccessPolicy as declaration } from '../../../../cmdlets/exchange/app-access/get-application-access-policy.ts'
import { command } from '../../command.ts'
import { findPolicy } from './find-app-access.ts'
import { policyOutput } from '../../objects/application-access-policy.ts'

export const getApplicationAccessPolicy = command({
  declaration,
  role: 'Organization Configuration',
  async run(context, { Identity }) {
    const { directory, tenant } = context
    const found =
      Identity === undefined ? await directory.accessPolicies.all(tenant.id) : [await findPolicy(context, Identity)]
    return found.map(policyOutput)
  },
})
