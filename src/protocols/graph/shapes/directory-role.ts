import { createHash } from 'node:crypto'
import type { Guid, TenantId } from '../../../core/ids.ts'
import type { RoleTemplate } from '../../../core/well-known/directory-roles.ts'
import type { RoleMember } from '../../../domain/directory/types.ts'
import type { Shape } from './shape.ts'

/** A role in a tenant. */
export interface ShownRole {
  readonly tenant: TenantId
  readonly template: RoleTemplate
}

/** A role has its own id in each tenant, which is not the template id. */
export const roleId = ({ tenant, template }: ShownRole): Guid => {
  const hex = createHash('sha256').update(`${tenant} ${template.id}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}` as Guid
}

export const directoryRoleShape: Shape<ShownRole> = {
  type: 'directoryRole',
  position: (role) => ({ created: 0, id: roleId(role) }),
  properties: {
    id: roleId,
    deletedDateTime: () => null,
    description: ({ template }) => template.description,
    displayName: ({ template }) => template.displayName,
    roleTemplateId: ({ template }) => template.id,
  },
}

/** A role among other objects with members. */
export const heldRoleShape: Shape<ShownRole> = {
  ...directoryRoleShape,
  properties: { '@odata.type': () => '#microsoft.graph.directoryRole', ...directoryRoleShape.properties },
}

export const directoryRoleTemplateShape: Shape<RoleTemplate> = {
  type: 'directoryRoleTemplate',
  position: ({ id }) => ({ created: 0, id }),
  properties: {
    id: (template) => template.id,
    deletedDateTime: () => null,
    description: (template) => template.description,
    displayName: (template) => template.displayName,
  },
}

/** The same role in `roleManagement`, where its id is the template id. */
export const roleDefinitionShape: Shape<RoleTemplate> = {
  type: 'unifiedRoleDefinition',
  position: ({ id }) => ({ created: 0, id }),
  properties: {
    id: (template) => template.id,
    description: (template) => template.description,
    displayName: (template) => template.displayName,
    isBuiltIn: () => true,
    isEnabled: () => true,
    resourceScopes: () => ['/'],
    templateId: (template) => template.id,
  },
}

/** The assignment of a directory role. */
export interface ShownRoleAssignment {
  readonly template: RoleTemplate
  readonly member: RoleMember
}

/** The id consists of the role and the member, so no table is needed to find one by its id. */
export const roleAssignmentId = ({ template, member }: ShownRoleAssignment): string =>
  Buffer.from(`${template.id}${member.id}`.replaceAll('-', ''), 'hex').toString('base64url').replace(/^[-_]/, 'A')

export const roleAssignmentShape: Shape<ShownRoleAssignment> = {
  type: 'unifiedRoleAssignment',
  position: (assignment) => ({ created: 0, id: roleAssignmentId(assignment) }),
  properties: {
    id: roleAssignmentId,
    principalId: ({ member }) => member.id,
    directoryScopeId: () => '/',
    roleDefinitionId: ({ template }) => template.id,
  },
}

/** A user or a service principal, for properties that may have either. */
export const directoryObjectShape: Shape<RoleMember> = {
  type: 'directoryObject',
  position: ({ id }) => ({ created: 0, id }),
  properties: {
    '@odata.type': ({ kind }) => `#microsoft.graph.${kind}`,
    id: ({ id }) => id,
    displayName: ({ displayName }) => displayName,
  },
}
