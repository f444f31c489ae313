import { commandLine } from '../../core/command-line.ts'
import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { switched, text, texts } from '../parameter-type.ts'
import { resultSize, resultSizeMeaning } from './result-size.ts'

const roleGroupIdentity = mandatory(text, 'The role group: its name or GUID.', { position: 0 })
const roleGroupMember = mandatory(
  text,
  'Who: a service principal that Exchange is aware of, a user, or a mail-enabled security group.',
)
const bypass = optional(switched, 'Accepted, without effect: role groups have no managers.')
const roleGroupColumns = ['Name', 'Roles', 'Members', 'Description']

export const getRoleGroup = exchangeCmdlet({
  name: 'Get-RoleGroup',
  synopsis: 'Shows a role group, or those there are.',
  parameters: {
    Identity: optional(text, 'The role group: its name or GUID.', { position: 0 }),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns: roleGroupColumns,
  names: 'Identity',
})

export const newRoleGroup = exchangeCmdlet({
  name: 'New-RoleGroup',
  synopsis: 'Makes a group whose members may use the cmdlets of some roles, without a directory role.',
  parameters: {
    Name: mandatory(text, 'Its name.', { position: 0 }),
    Roles: optional(texts, 'The roles: see Get-ManagementRole. Nobody gives a role that they do not hold.'),
    Members: optional(
      texts,
      'Who is in it from the beginning: service principals of Exchange, users, security groups.',
    ),
    Description: optional(text, 'What it is for.'),
  },
  columns: roleGroupColumns,
})

export const removeRoleGroup = exchangeCmdlet({
  name: 'Remove-RoleGroup',
  synopsis: 'Removes a role group, not who is in it.',
  parameters: { Identity: roleGroupIdentity, BypassSecurityGroupManagerCheck: bypass },
  columns: [],
  confirms: true,
  undo: () => 'create it again with New-RoleGroup; the audit log (Search-UnifiedAuditLog) has its settings.',
})

export const setRoleGroup = exchangeCmdlet({
  name: 'Set-RoleGroup',
  synopsis: 'Changes what a role group is called, and what is said of it.',
  parameters: {
    Identity: roleGroupIdentity,
    Name: optional(text, 'Its name.'),
    Description: optional(text, 'What it is for.'),
    BypassSecurityGroupManagerCheck: bypass,
  },
  columns: [],
})

export const addRoleGroupMember = exchangeCmdlet({
  name: 'Add-RoleGroupMember',
  synopsis: 'Puts somebody into a role group; nobody gives a role that they do not hold.',
  parameters: { Identity: roleGroupIdentity, Member: roleGroupMember, BypassSecurityGroupManagerCheck: bypass },
  columns: [],
})

export const getRoleGroupMember = exchangeCmdlet({
  name: 'Get-RoleGroupMember',
  synopsis: 'Shows who is in a role group.',
  parameters: { Identity: roleGroupIdentity, ResultSize: optional(resultSize, resultSizeMeaning) },
  columns: ['Name', 'RecipientType', 'Sid'],
})

export const removeRoleGroupMember = exchangeCmdlet({
  name: 'Remove-RoleGroupMember',
  synopsis: 'Takes somebody out of a role group.',
  parameters: { Identity: roleGroupIdentity, Member: roleGroupMember, BypassSecurityGroupManagerCheck: bypass },
  columns: [],
  confirms: true,
  undo: ({ Identity, Member }) => commandLine('Add-RoleGroupMember', { Identity, Member }),
})
