import { removeManagementScope as declaration } from '../../../../cmdlets/exchange/app-access/remove-management-scope.ts'
import { command } from '../../command.ts'
import { findScope } from './find-app-access.ts'

export const removeManagementScope = command({
  declaration,
  role: 'Role Management',
  async run(context, { Identity }) {
    const { guid } = await findScope(context, Identity)
    await context.directory.managementScopes.remove(context.tenant.id, guid)
    return []
  },
})
