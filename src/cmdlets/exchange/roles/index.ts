import type { Cmdlet } from '../../cmdlet.ts'
import { getManagementRoleEntry } from './get-management-role-entry.ts'
import { getManagementRole } from './get-management-role.ts'

export const rolesCmdlets: readonly Cmdlet[] = [getManagementRoleEntry, getManagementRole]
