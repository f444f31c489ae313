import type { RoleMember, RoleTemplate } from '../../../domain/directory/types.ts'
import type { Shape } from './shape.ts'

/** A directory role, and who holds it. */
export interface ShownRoleAssignment {
  readonly template: RoleTemplate
  readonly member: RoleMember
}

/** Who and what, so that neither a table nor a look-up is needed to tell one from its id. */
export const roleAssignmentId = ({ template, member }: ShownRoleAssignment): string =>
  Buffer.from(`${template.id}${member.id}`.replaceAll('-', ''), 'hex').toString('base64url').replace(/^[-_]/, 'A')

export const roleAssignmentShape: Shape<ShownRoleAssignment> = {
  type: 'unifiedRoleAssignment',
  place: (assignment) => ({ created: 0, id: roleAssignmentId(assignment) }),
  properties: {
    id: roleAssignmentId,
    principalId: ({ member }) => member.id,
    directoryScopeId: () => '/',
    roleDefinitionId: ({ template }) => template.id,
  },
}
