import { getManagementScope as declaration } from '../../../../cmdlets/exchange/app-access/get-management-scope.ts'
import { command } from '../../command.ts'
import { findScope } from './find-app-access.ts'
import { scopeOutput } from '../../objects/management-scope.ts'

export const getManagementScope = command({
  declaration,
  role: 'Role Management',
  async run(context, { Identity, Exclusive, Orphan }) {
    const { directory, tenant } = context
    const found =
      Identity === undefined ? await directory.managementScopes.all(tenant.id) : [await findScope(context, Identity)]
    const used = new Set(Orphan ? (await directory.roleAssignments.all(tenant.id)).map(({ scope }) => scope?.guid) : [])
    return found
      .filter(({ exclusive }) => Exclusive === undefined || exclusive === Exclusive)
      .filter(({ guid }) => !used.has(guid))
      .map((scope) => scopeOutput(tenant, scope))
  },
})
