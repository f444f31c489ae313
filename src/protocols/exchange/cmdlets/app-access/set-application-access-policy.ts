import { setApplicationAccessPolicy as declaration } from '../../../../cmdlets/exchange/app-access/set-application-access-policy.ts'
import { command } from '../../command.ts'
import { findPolicy } from './find-app-access.ts'

export const setApplicationAccessPolicy = command({
  declaration,
  role: 'Organization Configuration',
  async run(context, { Identity, Description: description }) {
    const { id } = await findPolicy(context, Identity)
    if (description !== undefined) {
      await context.directory.accessPolicies.update(context.tenant.id, id, { description })
    }
    return []
  },
})
