import { getRoleGroup as declaration } from '../../../../cmdlets/exchange/role-groups/get-role-group.ts'
import { command } from '../../command.ts'
import { builtIn, builtInNamed } from './built-in.ts'
import { findRoleGroup } from './find-role-group.ts'
import { builtInOutput, roleGroupOutput } from './role-group-outputs.ts'

export const getRoleGroup = command({
  declaration,
  role: 'Role Management',
  async run(context, { Identity }) {
    if (Identity !== undefined) {
      const own = builtInNamed(Identity)
      return [
        await (own ? builtInOutput(context, own) : roleGroupOutput(context, await findRoleGroup(context, Identity))),
      ]
    }
    const groups = await context.directory.roleGroups.all(context.tenant.id)
    return Promise.all([
      ...builtIn.map((group) => builtInOutput(context, group)),
      ...groups.map((group) => roleGroupOutput(context, group)),
    ])
  },
})
