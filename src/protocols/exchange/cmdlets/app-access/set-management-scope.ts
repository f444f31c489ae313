import { setManagementScope as declaration } from '../../../../cmdlets/exchange/app-access/set-management-scope.ts'
import { command } from '../../command.ts'
import { assertRoot, findScope } from './find-app-access.ts'

export const setManagementScope = command({
  declaration,
  role: 'Role Management',
  async run(context, { Identity, Name: name, RecipientRestrictionFilter: recipientFilter, RecipientRoot }) {
    const { directory, tenant } = context
    assertRoot(context, RecipientRoot)
    const { guid } = await findScope(context, Identity)
    await directory.managementScopes.update(tenant.id, guid, {
      ...(name === undefined ? {} : { name }),
      ...(recipientFilter === undefined ? {} : { recipientFilter }),
    })
    return []
  },
})
