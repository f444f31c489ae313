import type { AppRoleAssignment } from '../../../domain/directory/types.ts'
import { dateTime, type Shape } from './shape.ts'

export interface ShownAssignment {
  readonly assignment: AppRoleAssignment
  readonly principalDisplayName: string | undefined
  readonly resourceDisplayName: string | undefined
}

/** contract/identity §10.2 */
export const appRoleAssignmentShape: Shape<ShownAssignment> = {
  type: 'appRoleAssignment',
  place: ({ assignment }) => assignment,
  properties: {
    id: ({ assignment }) => assignment.id,
    deletedDateTime: () => null,
    appRoleId: ({ assignment }) => assignment.appRoleId,
    createdDateTime: ({ assignment }) => dateTime(assignment.created),
    principalDisplayName: ({ principalDisplayName }) => principalDisplayName,
    principalId: ({ assignment }) => assignment.principal,
    principalType: () => 'ServicePrincipal',
    resourceDisplayName: ({ resourceDisplayName }) => resourceDisplayName,
    resourceId: ({ assignment }) => assignment.resource,
  },
}
