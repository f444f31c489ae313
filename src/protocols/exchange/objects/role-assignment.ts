import type { RoleAssignment, Tenant } from '../../../domain/directory/types.ts'
import { metadata } from './metadata.ts'
import type { Output } from './output.ts'

/** contract/exchange-admin §7. */
export const assignmentOutput = (tenant: Tenant, assignment: RoleAssignment): Output => ({
  Name: assignment.name,
  Role: assignment.role.name,
  RoleAssignee: assignment.assignee,
  RoleAssigneeName: assignment.assignee,
  RoleAssigneeType: 'ServicePrincipal',
  RoleAssignmentDelegationType: 'Regular',
  AssignmentMethod: 'Direct',
  CustomResourceScope: assignment.scope?.name ?? null,
  RecipientGroupScope: assignment.group?.name ?? null,
  RecipientWriteScope: assignment.scope || assignment.group ? 'CustomRecipientScope' : 'Organization',
  Enabled: assignment.enabled,
  Identity: assignment.name,
  Id: assignment.name,
  Guid: assignment.guid,
  ExchangeObjectId: assignment.guid,
  ...metadata(tenant, assignment),
  ObjectClass: ['top', 'msExchRoleAssignment'],
})
