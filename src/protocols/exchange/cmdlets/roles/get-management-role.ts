import { getManagementRole as declaration } from '../../../../cmdlets/exchange/roles/get-management-role.ts'
import { command } from '../../command.ts'
import { roleOutput } from '../../objects/management-role.ts'
import { notFound } from '../../refusals.ts'
import { isCalled, rolesOf, takesAll } from './roles.ts'

export const getManagementRole = command({
  declaration,
  role: 'Role Management',
  async run(context, { Identity: named, RoleType: type, Cmdlet, CmdletParameters }) {
    const { tenant } = context
    const called = rolesOf(context).filter(({ name }) => named === undefined || isCalled(name, named))
    if (called.length === 0 && named !== undefined && !named.includes('*')) notFound(tenant, named)
    return called
      .filter(
        ({ cmdlets }) =>
          (Cmdlet === undefined && CmdletParameters === undefined) ||
          cmdlets.some((it) => isCalled(it.name, Cmdlet ?? '*') && takesAll(it, CmdletParameters)),
      )
      .map((role) => roleOutput(tenant, role))
      .filter(({ RoleType }) => type === undefined || String(RoleType).toLowerCase() === type.toLowerCase())
  },
})
