import { type Context, managementRoles } from '../../command.ts'
import { directoryRole } from '../../directory-roles.ts'
import type { Output } from '../../objects/output.ts'

/** A role group that Exchange itself has; in it is whoever holds one of its directory roles. */
interface BuiltIn {
  readonly name: string
  readonly description: string
  readonly roles: readonly string[]
  readonly directoryRoles: readonly string[]
}

export const builtIn: readonly BuiltIn[] = [
  {
    name: 'Organization Management',
    description: 'Every task. In it are the Global Administrators and Exchange Administrators of the directory.',
    roles: managementRoles,
    directoryRoles: [directoryRole.globalAdministrator, directoryRole.exchangeAdministrator],
  },
  {
    name: 'Recipient Management',
    description: 'Recipients. In it are the Exchange Recipient Administrators of the directory.',
    roles: ['Mail Recipients', 'Message Tracking'],
    directoryRoles: [directoryRole.exchangeRecipientAdministrator],
  },
]

export const builtInNamed = (named: string): BuiltIn | undefined =>
  builtIn.find(({ name }) => name.toLowerCase() === named.trim().toLowerCase())

/** By what they are called; the same one once. */
export async function builtInMembers(
  { directory, tenant }: Context,
  { directoryRoles }: BuiltIn,
): Promise<readonly Output[]> {
  const members = new Map<string, Output>()
  for (const role of directoryRoles) {
    for (const member of await directory.directoryRoles.members(tenant.id, role)) {
      const { kind, id, displayName } = member
      members.set(id, { Name: displayName, RecipientType: kindNames[kind], Sid: '', Identity: id, Guid: id })
    }
  }
  return [...members.values()]
}

const kindNames = { user: 'User', servicePrincipal: 'ServicePrincipal' } as const
