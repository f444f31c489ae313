import { type Context, managementRoles } from '../../command.ts'
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
    directoryRoles: ['62e90394-69f5-4237-9190-012177145e10', '29232cdf-9323-42fd-ade2-1d097af3e4de'],
  },
  {
    name: 'Recipient Management',
    description: 'Recipients. In it are the Exchange Recipient Administrators of the directory.',
    roles: ['Mail Recipients', 'Message Tracking'],
    directoryRoles: ['31392ffb-586c-42d1-9346-e59415a2cc4e'],
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
