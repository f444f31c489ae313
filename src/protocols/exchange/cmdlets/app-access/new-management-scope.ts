import { newManagementScope as declaration } from '../../../../cmdlets/exchange/app-access/new-management-scope.ts'
import { command } from '../../command.ts'
import { assertRoot } from './find-app-access.ts'
import { scopeOutput } from '../../objects/management-scope.ts'

export const newManagementScope = command({
  declaration,
  role: 'Role Management',
  async run(context, given) {
    const { directory, tenant } = context
    assertRoot(context, given.RecipientRoot)
    const scope = await directory.managementScopes.create(tenant.id, {
      name: given.Name,
      recipientFilter: given.RecipientRestrictionFilter,
      exclusive: given.Exclusive ?? false,
    })
    if (scope.exclusive) context.warn('An exclusive management scope does not restrict what apps may open.')
    return [scopeOutput(tenant, scope)]
  },
})
