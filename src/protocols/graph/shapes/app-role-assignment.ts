import type { AppRoleAssignment } from '../../../domain/directory/types.ts'
import { dateTime, type Shape } from './shape.ts'

/** contract/identity §10.2 */
export const appRoleAssignmentShape: Shape<AppRoleAssignment> = {
  type: 'appRoleAssignment',
  place: (assignment) => assignment,
  properties: {
    id: (assignment) => assignment.id,
    deletedDateTime: () => null,
    appRoleId: (assignment) => assignment.appRoleId,
    createdDateTime: (assignment) => dateTime(assignment.created),
    principalDisplayName: (assignment) => assignment.principalDisplayName,
    principalId: (assignment) => assignment.principal,
    principalType: (assignment) => assignment.principalType,
    resourceDisplayName: (assignment) => assignment.resourceDisplayName,
    resourceId: (assignment) => assignment.resource,
  },
}
