import { removeApplicationAccessPolicy as declaration } from '../../../../cmdlets/exchange/app-access/remove-application-access-policy.ts'
import { command } from '../../command.ts'
import { findPolicy } from './find-app-access.ts'

export const removeApplicationAccessPolicy = command({
  declaration,
  role: 'Organization Configuration',
  async run(context, { Identity }) {
    const { id } = await findPolicy(context, Identity)
    await context.directory.accessPolicies.remove(context.tenant.id, id)
    return []
  },
})
