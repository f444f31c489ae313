import * as declared from '../../../cmdlets/exchange/management-roles.ts'
import { type ManagementRole, managementRoles } from '../../../access/admin/operations.ts'
import type { ExchangeCmdlet } from '../../../cmdlets/cmdlet.ts'
import { matches } from '../../../codecs/opath/filter.ts'
import type { ManagementScope, RoleAssignment, Tenant } from '../../../domain/directory/types.ts'
import { type CmdletContext, command } from '../command.ts'
import {
  assertRoot,
  findApplicationRole,
  findAssignment,
  findMailbox,
  findResourceScope,
  findScope,
  findServicePrincipal,
} from '../find.ts'
import { metadata, type Output } from '../objects/output.ts'
import { notFound, wrongParameters } from '../failure.ts'

/** A role, of administrators or of apps. */
interface Role {
  readonly name: string
  readonly description: string
  /** Empty for roles of apps: these cover the mail that an app may open. */
  readonly cmdlets: readonly ExchangeCmdlet[]
}

export const getManagementRole = command({
  declaration: declared.getManagementRole,
  role: 'Role Management',
  async run(context, { Identity: named, RoleType: type, Cmdlet, CmdletParameters }) {
    const { tenant } = context
    const called = rolesOf(context).filter(({ name }) => named === undefined || isCalled(name, named))
    if (called.length === 0 && named !== undefined && !named.includes('*')) notFound(tenant, named)
    return called
      .filter(
        ({ cmdlets }) =>
          (Cmdlet === undefined && CmdletParameters === undefined) ||
          cmdlets.some((it) => isCalled(it.name, Cmdlet ?? '*') && takesAll(it, CmdletParameters)),
      )
      .map((role) => roleOutput(tenant, role))
      .filter(({ RoleType }) => type === undefined || String(RoleType).toLowerCase() === type.toLowerCase())
  },
})

export const getManagementRoleEntry = command({
  declaration: declared.getManagementRoleEntry,
  role: 'Role Management',
  async run(context, { Identity, Parameters }) {
    const at = Identity.lastIndexOf('\\')
    const [role, cmdlet] = [Identity.slice(0, Math.max(at, 0)), Identity.slice(at + 1)]
    if (role === '' || cmdlet === '') return wrongParameters('-Identity is Role\\Cmdlet.')
    const found = rolesOf(context)
      .filter(({ name }) => isCalled(name, role))
      .flatMap((it) => it.cmdlets.filter(({ name }) => isCalled(name, cmdlet)).map((entry) => ({ it, entry })))
    if (found.length === 0 && !Identity.includes('*')) notFound(context.tenant, Identity)
    return found.filter(({ entry }) => takesAll(entry, Parameters)).map(({ it, entry }) => roleEntryOutput(it, entry))
  },
})

const SNAP_IN = 'Microsoft.Exchange.Management.PowerShell.E2010'

/** Built-in roles: each is a root role, and cannot be changed. */
const roleOutput = (tenant: Tenant, { name, description, cmdlets }: Role): Output => ({
  Name: name,
  RoleType: name.replaceAll(/[^A-Za-z]/g, ''),
  Description: description,
  RoleEntries: cmdlets.map((cmdlet) =>
    [`(${SNAP_IN}) ${cmdlet.name}`, ...parametersOf(cmdlet).map((parameter) => `-${parameter}`)].join(' '),
  ),
  ImplicitRecipientReadScope: 'Organization',
  ImplicitRecipientWriteScope: 'Organization',
  ImplicitConfigReadScope: 'OrganizationConfig',
  ImplicitConfigWriteScope: 'OrganizationConfig',
  IsRootRole: true,
  IsEndUserRole: false,
  Parent: null,
  Identity: name,
  Id: name,
  ...metadata(tenant, { name, created: tenant.created, changed: tenant.created }),
  ObjectClass: ['top', 'msExchRole'],
})

const roleEntryOutput = (role: Role, cmdlet: ExchangeCmdlet): Output => ({
  Name: cmdlet.name,
  Role: role.name,
  Parameters: parametersOf(cmdlet),
  Type: 'Cmdlet',
  PSSnapinName: SNAP_IN,
  Identity: `${role.name}\\${cmdlet.name}`,
  IsValid: true,
  ObjectState: 'Unchanged',
})

const parametersOf = ({ parameters }: ExchangeCmdlet): readonly string[] => Object.keys(parameters).toSorted()

/** docs/reference/exchange-admin.md §5 */
const descriptions: Readonly<Record<ManagementRole, string>> = {
  'Mail Recipients': 'Manage mailboxes, groups and the permissions on them.',
  'Mailbox Import Export': 'Import, export and restore the messages of mailboxes.',
  'Message Tracking': 'Trace the delivery of messages.',
  'Organization Configuration': 'Manage the settings of the organization, and authentication policies.',
  'Organization Transport Settings': 'Manage accepted domains and the transport of mail.',
  'Role Management': 'Manage Exchange service principals, role groups and role assignments.',
  'View-Only Audit Logs': 'Read the audit log and the sign-ins.',
}

const rolesOf = ({ directory, commands }: CmdletContext): readonly Role[] => [
  ...managementRoles.map((name) => ({
    name,
    description: descriptions[name],
    cmdlets: commands.filter(({ role }) => role === name).map(({ declaration }) => declaration),
  })),
  ...directory.roleAssignments.roles.map(({ name, permissions }) => ({
    name,
    description: `What ${permissions.join(', ')} lets an app do, over the mailboxes of a scope.`,
    cmdlets: [],
  })),
]

/** Whether a name matches the pattern; `*` matches any text. */
const isCalled = (name: string, form: string): boolean =>
  matches({ kind: 'comparison', property: 'name', operator: 'like', operand: form }, () => name)

/** Whether a cmdlet has all of those parameters. */
const takesAll = ({ parameters }: ExchangeCmdlet, requested: readonly string[] = []): boolean => {
  const names = new Set(Object.keys(parameters).map((name) => name.toLowerCase()))
  return requested.every((name) => names.has(name.toLowerCase()))
}

export const getManagementRoleAssignment = command({
  declaration: declared.getManagementRoleAssignment,
  role: 'Role Management',
  async run(context, given) {
    const { directory, tenant } = context
    const { Identity, RoleAssignee, Role, CustomResourceScope, Enabled } = given
    const found =
      Identity === undefined
        ? await directory.roleAssignments.all(tenant.id)
        : [await findAssignment(context, Identity)]
    const assignee = RoleAssignee === undefined ? undefined : await findServicePrincipal(context, RoleAssignee)
    const role = Role === undefined ? undefined : findApplicationRole(context, Role)
    const over = CustomResourceScope === undefined ? undefined : await findScope(context, CustomResourceScope)
    return found
      .filter(({ principal }) => !assignee || principal === assignee.guid)
      .filter((assignment) => !role || assignment.role === role)
      .filter(({ scope }) => !over || scope?.guid === over.guid)
      .filter(({ enabled }) => Enabled === undefined || enabled === Enabled)
      .map((assignment) => assignmentOutput(tenant, assignment))
  },
})

export const newManagementRoleAssignment = command({
  declaration: declared.newManagementRoleAssignment,
  role: 'Role Management',
  async run(context, given) {
    const { directory, tenant } = context
    const role = findApplicationRole(context, given.Role)
    const principal = await findServicePrincipal(context, given.App)
    const over = await findResourceScope(context, given)
    const made = await directory.roleAssignments.create(tenant.id, {
      name: given.Name,
      role,
      principal: principal.guid,
      ...over,
    })
    return [assignmentOutput(tenant, made)]
  },
})

export const removeManagementRoleAssignment = command({
  declaration: declared.removeManagementRoleAssignment,
  role: 'Role Management',
  async run(context, { Identity }) {
    const { guid } = await findAssignment(context, Identity)
    await context.directory.roleAssignments.remove(context.tenant.id, guid)
    return []
  },
})

export const setManagementRoleAssignment = command({
  declaration: declared.setManagementRoleAssignment,
  role: 'Role Management',
  async run(context, given) {
    const { directory, tenant } = context
    const { guid } = await findAssignment(context, given.Identity)
    const over = await findResourceScope(context, given)
    await directory.roleAssignments.update(tenant.id, guid, {
      ...over,
      ...(given.Enabled === undefined ? {} : { enabled: given.Enabled }),
    })
    return []
  },
})

/**
 * docs/reference/exchange-admin.md §7: what the roles allow; whatever was consented to in Entra comes on top and is not
 * told.
 */
export const testServicePrincipalAuthorization = command({
  declaration: declared.testServicePrincipalAuthorization,
  role: 'Role Management',
  async run(context, { Identity, Resource }) {
    const { directory, tenant } = context
    const { guid } = await findServicePrincipal(context, Identity)
    const mailbox = Resource === undefined ? undefined : await findMailbox(context, Resource)
    const assignments = await directory.roleAssignments.of(tenant.id, guid)
    return Promise.all(
      assignments
        .filter(({ enabled }) => enabled)
        .map(async (assignment) => ({
          RoleName: assignment.role.name,
          GrantedPermissions: assignment.role.permissions.join(', '),
          AllowedResourceScope: (assignment.scope ?? assignment.group)?.name ?? 'Organization',
          ScopeType: assignment.scope || assignment.group ? 'CustomRecipientScope' : 'Organization',
          InScope: mailbox ? asText(await directory.roleAssignments.covers(assignment, mailbox)) : 'Not Run',
        })),
    )
  },
})

const asText = (inScope: boolean): string => (inScope ? 'True' : 'False')

/** docs/reference/exchange-admin.md §7. */
const assignmentOutput = (tenant: Tenant, assignment: RoleAssignment): Output => ({
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

export const getManagementScope = command({
  declaration: declared.getManagementScope,
  role: 'Role Management',
  async run(context, { Identity, Exclusive, Orphan }) {
    const { directory, tenant } = context
    const found =
      Identity === undefined ? await directory.managementScopes.all(tenant.id) : [await findScope(context, Identity)]
    const used = new Set(Orphan ? (await directory.roleAssignments.all(tenant.id)).map(({ scope }) => scope?.guid) : [])
    return found
      .filter(({ exclusive }) => Exclusive === undefined || exclusive === Exclusive)
      .filter(({ guid }) => !used.has(guid))
      .map((scope) => scopeOutput(tenant, scope))
  },
})

export const newManagementScope = command({
  declaration: declared.newManagementScope,
  role: 'Role Management',
  async run(context, given) {
    const { directory, tenant } = context
    assertRoot(context, given.RecipientRoot)
    const scope = await directory.managementScopes.create(tenant.id, {
      name: given.Name,
      recipientFilter: given.RecipientRestrictionFilter,
      exclusive: given.Exclusive ?? false,
    })
    if (scope.exclusive) context.warn('An exclusive management scope does not restrict what apps may open.')
    return [scopeOutput(tenant, scope)]
  },
})

export const removeManagementScope = command({
  declaration: declared.removeManagementScope,
  role: 'Role Management',
  async run(context, { Identity }) {
    const { guid } = await findScope(context, Identity)
    await context.directory.managementScopes.remove(context.tenant.id, guid)
    return []
  },
})

export const setManagementScope = command({
  declaration: declared.setManagementScope,
  role: 'Role Management',
  async run(context, { Identity, Name: name, RecipientRestrictionFilter: recipientFilter, RecipientRoot }) {
    const { directory, tenant } = context
    assertRoot(context, RecipientRoot)
    const { guid } = await findScope(context, Identity)
    await directory.managementScopes.update(tenant.id, guid, {
      ...(name === undefined ? {} : { name }),
      ...(recipientFilter === undefined ? {} : { recipientFilter }),
    })
    return []
  },
})

/** docs/reference/exchange-admin.md §7. */
const scopeOutput = (tenant: Tenant, scope: ManagementScope): Output => ({
  Name: scope.name,
  ScopeRestrictionType: 'RecipientScope',
  Exclusive: scope.exclusive,
  RecipientRoot: null,
  RecipientFilter: scope.recipientFilter,
  Identity: scope.name,
  Id: scope.name,
  Guid: scope.guid,
  ExchangeObjectId: scope.guid,
  ...metadata(tenant, scope),
  ObjectClass: ['top', 'msExchScope'],
})
