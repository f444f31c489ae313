import type { RoleGroup } from '../../../../domain/directory/types.ts'
import type { Context } from '../../command.ts'
import { metadata } from '../../objects/metadata.ts'
import type { Output } from '../../objects/output.ts'
import { builtIn, builtInMembers } from './built-in.ts'

export async function roleGroupOutput(context: Context, group: RoleGroup): Promise<Output> {
  const members = await context.directory.roleGroups.members(group)
  return {
    ...shown(context, { ...group, members: members.map(({ name }) => name) }),
    Guid: group.guid,
    ExchangeObjectId: group.guid,
    RoleGroupType: 'Standard',
  }
}

export const builtInOutput = async (context: Context, group: (typeof builtIn)[number]): Promise<Output> => {
  const members = (await builtInMembers(context, group)).map(({ Name }) => String(Name))
  const { created } = context.tenant
  return {
    ...shown(context, { ...group, members, created, changed: created }),
    Guid: null,
    ExchangeObjectId: null,
    RoleGroupType: 'Linked',
  }
}

interface Shown extends Pick<RoleGroup, 'name' | 'description' | 'roles' | 'created' | 'changed'> {
  readonly members: readonly string[]
}

const shown = ({ tenant }: Context, group: Shown): Output => ({
  Name: group.name,
  DisplayName: group.name,
  Description: group.description,
  Roles: group.roles,
  RoleAssignments: group.roles.map((role) => `${role}-${group.name}`),
  Members: group.members,
  ManagedBy: [],
  Identity: group.name,
  Id: group.name,
  ...metadata(tenant, group),
  ObjectClass: ['top', 'group'],
})
