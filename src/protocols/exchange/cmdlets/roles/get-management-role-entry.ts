import { getManagementRoleEntry as declaration } from '../../../../cmdlets/exchange/roles/get-management-role-entry.ts'
import { command } from '../../command.ts'
import { roleEntryOutput } from '../../objects/management-role.ts'
import { notFound, wrongParameters } from '../../refusals.ts'
import { isCalled, rolesOf, takesAll } from './roles.ts'

export const getManagementRoleEntry = command({
  declaration,
  role: 'Role Management',
  async run(context, { Identity, Parameters }) {
    const at = Identity.lastIndexOf('\\')
    const [role, cmdlet] = [Identity.slice(0, Math.max(at, 0)), Identity.slice(at + 1)]
    if (role === '' || cmdlet === '') return wrongParameters('-Identity is Role\\Cmdlet.')
    const found = rolesOf(context)
      .filter(({ name }) => isCalled(name, role))
      .flatMap((it) => it.cmdlets.filter(({ name }) => isCalled(name, cmdlet)).map((entry) => ({ it, entry })))
    if (found.length === 0 && !Identity.includes('*')) notFound(context.tenant, Identity)
    return found.filter(({ entry }) => takesAll(entry, Parameters)).map(({ it, entry }) => roleEntryOutput(it, entry))
  },
})
