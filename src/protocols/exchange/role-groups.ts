import type { Caller } from '../../access/types.ts'
import type { Guid } from '../../core/ids.ts'
import type { Directory } from '../../domain/directory/types.ts'

/** contract/exchange-admin §5: the management roles of the role groups that a caller is in. */
export async function rolesByGroups(directory: Directory, caller: Caller): Promise<ReadonlySet<string>> {
  const account = await accountOf(directory, caller)
  return account === undefined ? new Set() : directory.roleGroups.rolesOf(caller.tenant, [account])
}

/** An app is known to Exchange by the pointer to its service principal, if that points at the right one. */
async function accountOf({ exchange }: Directory, caller: Caller): Promise<Guid | undefined> {
  if (caller.kind === 'user') return caller.user.id
  const principal = await exchange.findByAppId(caller.tenant, caller.appId)
  return principal?.objectId === caller.servicePrincipal ? principal.guid : undefined
}
