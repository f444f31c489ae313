import { commandLine } from '../../core/command-line.ts'
import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { switched, text, texts } from '../parameter-type.ts'
import { resultSize, resultSizeMeaning } from './parameter-types.ts'

const roleGroupIdentity = mandatory(text, 'The role group: its name or GUID.', { position: 0 })
const roleGroupMember = mandatory(
  text,
  'The member: an Exchange service principal, a user, or a mail-enabled security group.',
)
const bypass = optional(switched, 'Accepted, without effect: role groups have no managers.')
const roleGroupColumns = ['Name', 'Roles', 'Members', 'Description']

export const getRoleGroup = exchangeCmdlet({
  name: 'Get-RoleGroup',
  synopsis: 'Lists role groups, or one.',
  parameters: {
    Identity: optional(text, 'The role group: its name or GUID.', { position: 0 }),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: roleGroupColumns,
  names: 'Identity',
})

export const newRoleGroup = exchangeCmdlet({
  name: 'New-RoleGroup',
  synopsis: 'Creates a role group: its members may use the cmdlets of its roles, without a directory role.',
  parameters: {
    Name: mandatory(text, 'Its name.', { position: 0 }),
    Roles: optional(texts, 'The roles; Get-ManagementRole lists them. You can give only roles that you hold.'),
    Members: optional(texts, 'Its first members: Exchange service principals, users, security groups.'),
    Description: optional(text, 'Its purpose.'),
  },
  columns: roleGroupColumns,
})

export const removeRoleGroup = exchangeCmdlet({
  name: 'Remove-RoleGroup',
  synopsis: 'Removes a role group; its members stay.',
  parameters: { Identity: roleGroupIdentity, BypassSecurityGroupManagerCheck: bypass },
  columns: [],
  confirms: true,
  undo: () => 'create it again with New-RoleGroup; the audit log (Search-UnifiedAuditLog) has its settings.',
})

export const setRoleGroup = exchangeCmdlet({
  name: 'Set-RoleGroup',
  synopsis: 'Changes the name and the description of a role group.',
  parameters: {
    Identity: roleGroupIdentity,
    Name: optional(text, 'Its name.'),
    Description: optional(text, 'Its purpose.'),
    BypassSecurityGroupManagerCheck: bypass,
  },
  columns: [],
})

export const addRoleGroupMember = exchangeCmdlet({
  name: 'Add-RoleGroupMember',
  synopsis: 'Adds a member to a role group. You can give only roles that you hold.',
  parameters: { Identity: roleGroupIdentity, Member: roleGroupMember, BypassSecurityGroupManagerCheck: bypass },
  columns: [],
})

export const getRoleGroupMember = exchangeCmdlet({
  name: 'Get-RoleGroupMember',
  synopsis: 'Lists the members of a role group.',
  parameters: { Identity: roleGroupIdentity, ResultSize: optional(resultSize, resultSizeMeaning) },
  columns: ['Name', 'RecipientType', 'Sid'],
})

export const removeRoleGroupMember = exchangeCmdlet({
  name: 'Remove-RoleGroupMember',
  synopsis: 'Removes a member from a role group.',
  parameters: { Identity: roleGroupIdentity, Member: roleGroupMember, BypassSecurityGroupManagerCheck: bypass },
  columns: [],
  confirms: true,
  undo: ({ Identity, Member }) => commandLine('Add-RoleGroupMember', { Identity, Member }),
})
