import * as declared from '../../../cmdlets/exchange/management-roles.ts'
import { command } from '../command.ts'
import { roleEntryOutput, roleOutput } from '../objects/management-role.ts'
import { notFound, wrongParameters } from '../refusals.ts'
import { isCalled, rolesOf, takesAll } from './roles/roles.ts'

export const getManagementRole = command({
  declaration: declared.getManagementRole,
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

export const getManagementRoleEntry = command({
  declaration: declared.getManagementRoleEntry,
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
