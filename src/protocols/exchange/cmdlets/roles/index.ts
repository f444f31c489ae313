import type { Command } from '../../command.ts'
import { getManagementRoleEntry } from './get-management-role-entry.ts'
import { getManagementRole } from './get-management-role.ts'

export const rolesCommands: readonly Command[] = [getManagementRoleEntry, getManagementRole]
