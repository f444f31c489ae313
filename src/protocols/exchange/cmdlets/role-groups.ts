import * as declared from '../../../cmdlets/exchange/role-groups.ts'
import type { Guid } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import type { RoleGroup, RoleGroupMember, Trustee } from '../../../domain/directory/types.ts'
import { command, type CmdletContext } from '../command.ts'
import { findTrustee } from '../find.ts'
import { metadata, type Output } from '../objects/output.ts'
import { notFound, wrongParameters } from '../failure.ts'
import { trusteeAmong } from './mailbox-permissions.ts'
import { directoryRole } from '../../../core/well-known/directory-roles.ts'
import { managementRoles, operations } from '../../../access/admin/operations.ts'

/** One that can be changed. */
async function findRoleGroup({ directory, tenant }: CmdletContext, named: string): Promise<RoleGroup> {
  const found = await directory.roleGroups.find(tenant.id, named)
  if (found) return found
  if (!builtInNamed(named)) return notFound(tenant, named)
  return refuse(
    'wrong-state',
    `The role group '${named}' is built in: its members are the holders of its directory roles.`,
  )
}

async function findRoleGroupMember(context: CmdletContext, named: string): Promise<RoleGroupMember> {
  const trustee = await findTrustee(context, named)
  return trustee.kind === 'self' || trustee.kind === 'unresolved' ? notFound(context.tenant, named) : trustee
}

/** Roles by their names as they are spelled. Refuses `not-allowed` for one that the caller does not hold. */
function rolesToGive(context: CmdletContext, named: readonly string[]): readonly string[] {
  const found = named.map(
    (name) =>
      managementRoles.find((role) => role.toLowerCase() === name.trim().toLowerCase()) ??
      notFound(context.tenant, name),
  )
  refuseNotHeld(context, found)
  return [...new Set(found)]
}

/** docs/reference/exchange-admin.md §5: who hands on a role has to hold it, or the roles would be worth nothing. */
function refuseNotHeld({ holds }: CmdletContext, roles: readonly string[]): void {
  const missing = roles.find((role) => !holds.has(role))
  if (missing !== undefined) refuse('not-allowed', `Only a caller who holds the role '${missing}' can assign it.`)
}

/** The same for the roles that a user gets by this name, or a new member by this security group. */
export const refuseNotHeldBy = async (context: CmdletContext, account: Guid): Promise<void> =>
  refuseNotHeld(context, [...(await context.directory.roleGroups.rolesOf(context.tenant.id, [account]))])

const refuseBuiltInName = (name: string | undefined): void => {
  if (name !== undefined && builtInNamed(name))
    wrongParameters(`The name '${name}' is that of a role group of Exchange's own.`)
}

export const getRoleGroup = command({
  declaration: declared.getRoleGroup,
  role: 'Role Management',
  async run(context, { Identity }) {
    if (Identity !== undefined) {
      const own = builtInNamed(Identity)
      return [
        await (own ? builtInOutput(context, own) : roleGroupOutput(context, await findRoleGroup(context, Identity))),
      ]
    }
    const groups = await context.directory.roleGroups.all(context.tenant.id)
    return Promise.all([
      ...builtIn.map((group) => builtInOutput(context, group)),
      ...groups.map((group) => roleGroupOutput(context, group)),
    ])
  },
})

export const newRoleGroup = command({
  declaration: declared.newRoleGroup,
  role: 'Role Management',
  async run(context, { Name, Roles = [], Members = [], Description = '' }) {
    refuseBuiltInName(Name)
    const roles = rolesToGive(context, Roles)
    const members = await Promise.all(Members.map((named) => findRoleGroupMember(context, named)))
    const group = { name: Name, description: Description, roles, members }
    return [await roleGroupOutput(context, await context.directory.roleGroups.create(context.tenant.id, group))]
  },
})

export const removeRoleGroup = command({
  declaration: declared.removeRoleGroup,
  role: 'Role Management',
  async run(context, { Identity }) {
    const { guid } = await findRoleGroup(context, Identity)
    await context.directory.roleGroups.remove(context.tenant.id, guid)
    return []
  },
})

export const setRoleGroup = command({
  declaration: declared.setRoleGroup,
  role: 'Role Management',
  async run(context, { Identity, Name, Description }) {
    refuseBuiltInName(Name)
    const { guid } = await findRoleGroup(context, Identity)
    await context.directory.roleGroups.update(context.tenant.id, guid, {
      ...(Name !== undefined && { name: Name }),
      ...(Description !== undefined && { description: Description }),
    })
    return []
  },
})

export const addRoleGroupMember = command({
  declaration: declared.addRoleGroupMember,
  role: 'Role Management',
  async run(context, { Identity, Member }) {
    const group = await findRoleGroup(context, Identity)
    refuseNotHeld(context, group.roles)
    await context.directory.roleGroups.addMember(group, await findRoleGroupMember(context, Member))
    return []
  },
})

const kindNames: Readonly<Record<Trustee['kind'], string>> = {
  user: 'User',
  servicePrincipal: 'ServicePrincipal',
  group: 'MailUniversalSecurityGroup',
  unresolved: 'Unresolved',
  self: 'User',
}

export const getRoleGroupMember = command({
  declaration: declared.getRoleGroupMember,
  role: 'Role Management',
  async run(context, { Identity }) {
    const own = builtInNamed(Identity)
    if (own) return builtInMembers(context, own)
    const members = await context.directory.roleGroups.members(await findRoleGroup(context, Identity))
    return members.map((member) => ({
      Name: member.name,
      RecipientType: kindNames[member.kind],
      Sid: member.sid,
      Identity: member.name,
      Guid: member.kind === 'self' ? null : member.id,
    }))
  },
})

export const removeRoleGroupMember = command({
  declaration: declared.removeRoleGroupMember,
  role: 'Role Management',
  async run(context, { Identity, Member }) {
    const { directory, tenant } = context
    const group = await findRoleGroup(context, Identity)
    const member = await trusteeAmong(context, await directory.roleGroups.members(group), Member)
    if (member.kind === 'self') return notFound(tenant, Member)
    await directory.roleGroups.removeMember(group, member)
    return []
  },
})

async function roleGroupOutput(context: CmdletContext, group: RoleGroup): Promise<Output> {
  const members = await context.directory.roleGroups.members(group)
  return {
    ...shown(context, { ...group, members: members.map(({ name }) => name) }),
    Guid: group.guid,
    ExchangeObjectId: group.guid,
    RoleGroupType: 'Standard',
  }
}

const builtInOutput = async (context: CmdletContext, group: (typeof builtIn)[number]): Promise<Output> => {
  const members = (await builtInMembers(context, group)).map(({ Name }) => String(Name))
  const { created } = context.tenant
  return {
    ...shown(context, { ...group, members, created, changed: created }),
    Guid: null,
    ExchangeObjectId: null,
    RoleGroupType: 'Linked',
  }
}

interface Shown extends Pick<RoleGroup, 'name' | 'description' | 'roles' | 'created' | 'changed'> {
  readonly members: readonly string[]
}

const shown = ({ tenant }: CmdletContext, group: Shown): Output => ({
  Name: group.name,
  DisplayName: group.name,
  Description: group.description,
  Roles: group.roles,
  RoleAssignments: group.roles.map((role) => `${role}-${group.name}`),
  Members: group.members,
  ManagedBy: [],
  Identity: group.name,
  Id: group.name,
  ...metadata(tenant, group),
  ObjectClass: ['top', 'group'],
})

/** A built-in role group. Its members are the holders of its directory roles. */
interface BuiltIn {
  readonly name: string
  readonly description: string
  readonly roles: readonly string[]
  readonly directoryRoles: readonly string[]
}

const builtIn: readonly BuiltIn[] = [
  {
    name: 'Organization Management',
    description: 'Every task. In it are the Global Administrators and Exchange Administrators of the directory.',
    roles: managementRoles,
    directoryRoles: operations.administerTenant.roles,
  },
  {
    name: 'Recipient Management',
    description: 'Recipients. In it are the Exchange Recipient Administrators of the directory.',
    roles: ['Mail Recipients', 'Message Tracking'],
    directoryRoles: [directoryRole.exchangeRecipientAdministrator],
  },
]

const builtInNamed = (named: string): BuiltIn | undefined =>
  builtIn.find(({ name }) => name.toLowerCase() === named.trim().toLowerCase())

/** By what they are called; the same one once. */
async function builtInMembers(
  { directory, tenant }: CmdletContext,
  { directoryRoles }: BuiltIn,
): Promise<readonly Output[]> {
  const members = new Map<string, Output>()
  for (const role of directoryRoles) {
    for (const member of await directory.directoryRoles.members(tenant.id, role)) {
      const { kind, id, displayName } = member
      members.set(id, { Name: displayName, RecipientType: builtInKindNames[kind], Sid: '', Identity: id, Guid: id })
    }
  }
  return [...members.values()]
}

const builtInKindNames = { user: 'User', servicePrincipal: 'ServicePrincipal' } as const
