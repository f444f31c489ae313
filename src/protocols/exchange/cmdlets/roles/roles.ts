import { matches } from '../../../../codecs/opath/evaluate.ts'
import type { ExchangeCmdlet } from '../../../../cmdlets/cmdlet.ts'
import type { CmdletContext } from '../../command.ts'
import { type ManagementRole, managementRoles } from '../../../../access/admin/operations.ts'

/** A role, of administrators or of apps. */
export interface Role {
  readonly name: string
  readonly description: string
  /** Those of apps have none: they are about the mail that an app may open. */
  readonly cmdlets: readonly ExchangeCmdlet[]
}

/** docs/reference/exchange-admin.md §5 */
const descriptions: Readonly<Record<ManagementRole, string>> = {
  'Mail Recipients': 'Mailboxes, groups, and who may open them or send as them.',
  'Mailbox Import Export': 'What is in mailboxes, which nobody gets by reading alone.',
  'Message Tracking': 'What became of messages.',
  'Organization Configuration': 'What is set for the whole organization, and its authentication policies.',
  'Organization Transport Settings': 'How mail is taken and handed on.',
  'Role Management': 'Service principals of Exchange, and the roles of apps.',
  'View-Only Audit Logs': 'What was done, and who signed in.',
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
