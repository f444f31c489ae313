import type { Command } from '../../command.ts'
import { addRoleGroupMember } from './add-role-group-member.ts'
import { getRoleGroupMember } from './get-role-group-member.ts'
import { getRoleGroup } from './get-role-group.ts'
import { newRoleGroup } from './new-role-group.ts'
import { removeRoleGroupMember } from './remove-role-group-member.ts'
import { removeRoleGroup } from './remove-role-group.ts'
import { setRoleGroup } from './set-role-group.ts'

export const roleGroupsCommands: readonly Command[] = [
  addRoleGroupMember,
  getRoleGroupMember,
  getRoleGroup,
  newRoleGroup,
  removeRoleGroupMember,
  removeRoleGroup,
  setRoleGroup,
]
