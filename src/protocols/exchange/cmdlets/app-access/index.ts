import type { Command } from '../../command.ts'
import { getApplicationAccessPolicy } from './get-application-access-policy.ts'
import { getManagementRoleAssignment } from './get-management-role-assignment.ts'
import { getManagementScope } from './get-management-scope.ts'
import { newApplicationAccessPolicy } from './new-application-access-policy.ts'
import { newManagementRoleAssignment } from './new-management-role-assignment.ts'
import { newManagementScope } from './new-management-scope.ts'
import { removeApplicationAccessPolicy } from './remove-application-access-policy.ts'
import { removeManagementRoleAssignment } from './remove-management-role-assignment.ts'
import { removeManagementScope } from './remove-management-scope.ts'
import { setApplicationAccessPolicy } from './set-application-access-policy.ts'
import { setManagementRoleAssignment } from './set-management-role-assignment.ts'
import { setManagementScope } from './set-management-scope.ts'
import { testApplicationAccessPolicy } from './test-application-access-policy.ts'
import { testServicePrincipalAuthorization } from './test-service-principal-authorization.ts'

export const appAccessCommands: readonly Command[] = [
  getApplicationAccessPolicy,
  getManagementRoleAssignment,
  getManagementScope,
  newApplicationAccessPolicy,
  newManagementRoleAssignment,
  newManagementScope,
  removeApplicationAccessPolicy,
  removeManagementRoleAssignment,
  removeManagementScope,
  setApplicationAccessPolicy,
  setManagementRoleAssignment,
  setManagementScope,
  testApplicationAccessPolicy,
  testServicePrincipalAuthorization,
]
