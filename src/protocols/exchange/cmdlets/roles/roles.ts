import { matches } from '../../../../codecs/opath/filter.ts'
import type { ExchangeCmdlet } from '../../../../cmdlets/cmdlet.ts'
import type { CmdletContext } from '../../command.ts'
import { type ManagementRole, managementRoles } from '../../../../access/admin/operations.ts'

/** A role, of administrators or of apps. */
export interface Role {
  readonly name: string
  readonly description: string
  /** Empty for roles of apps: these cover the mail that an app may open. */
  readonly cmdlets: readonly ExchangeCmdlet[]
}

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

export const rolesOf = ({ directory, commands }: CmdletContext): readonly Role[] => [
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

/** Whether a name is of that form, in which `*` stands for anything. */
export const isCalled = (name: string, form: string): boolean =>
  matches({ kind: 'comparison', property: 'name', operator: 'like', operand: form }, () => name)

/** Whether a cmdlet has all of those parameters. */
export const takesAll = ({ parameters }: ExchangeCmdlet, wanted: readonly string[] = []): boolean => {
  const names = new Set(Object.keys(parameters).map((name) => name.toLowerCase()))
  return wanted.every((name) => names.has(name.toLowerCase()))
}
