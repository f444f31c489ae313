import * as declared from '../../../cmdlets/exchange/service-principals.ts'
import type { ExchangeServicePrincipal, Tenant } from '../../../domain/directory/types.ts'
import { command, type CmdletContext } from '../command.ts'
import { findServicePrincipal } from '../find.ts'
import { metadata, type Output } from '../objects/output.ts'
import { notFound } from '../failure.ts'

export const getServicePrincipal = command({
  declaration: declared.getServicePrincipal,
  role: 'Role Management',
  async run(context, given) {
    const found = await chosen(context, given.Identity)
    return found.map((principal) => servicePrincipalOutput(context.tenant, principal))
  },
})

async function chosen(context: CmdletContext, named: string | undefined): Promise<readonly ExchangeServicePrincipal[]> {
  const { directory, tenant, unknownServicePrincipal } = context
  if (named === undefined) return directory.exchange.all(tenant.id)
  const found = await directory.exchange.find(tenant.id, named)
  if (found) return [found]
  return unknownServicePrincipal === 'all' ? directory.exchange.all(tenant.id) : notFound(tenant, named)
}

/** docs/reference/exchange-admin.md §1: whatever ObjectId is given is believed; sign-in finds out. */
export const newServicePrincipal = command({
  declaration: declared.newServicePrincipal,
  role: 'Role Management',
  async run({ directory, tenant }, given) {
    const principal = await directory.exchange.create(tenant.id, {
      appId: given.AppId,
      objectId: given.ObjectId,
      ...(given.DisplayName === undefined ? {} : { displayName: given.DisplayName }),
    })
    return [servicePrincipalOutput(tenant, principal)]
  },
})

export const removeServicePrincipal = command({
  declaration: declared.removeServicePrincipal,
  role: 'Role Management',
  async run(context, given) {
    const principal = await findServicePrincipal(context, given.Identity)
    await context.directory.exchange.remove(context.tenant.id, principal.guid)
    return []
  },
})

/**
 * docs/reference/exchange-admin.md §1: to change the AppId or the ObjectId, remove the pointer and create another one.
 */
export const setServicePrincipal = command({
  declaration: declared.setServicePrincipal,
  role: 'Role Management',
  async run(context, { Identity, DisplayName: displayName, OverrideEnforceExoAppRbacPermissions: override }) {
    const { guid } = await findServicePrincipal(context, Identity)
    await context.directory.exchange.update(context.tenant.id, guid, {
      ...(displayName === undefined ? {} : { displayName }),
      ...(override === undefined ? {} : { overrideEnforceExoAppRbacPermissions: override }),
    })
    return []
  },
})

/** docs/reference/exchange-admin.md §1: Name, Identity and Id are the ObjectId; Guid is Exchange's own. */
const servicePrincipalOutput = (tenant: Tenant, principal: ExchangeServicePrincipal): Output => ({
  DisplayName: principal.displayName,
  ObjectId: principal.objectId,
  AppId: principal.appId,
  Sid: principal.sid,
  SidHistory: [],
  OverrideEnforceExoAppRbacPermissions: principal.overrideEnforceExoAppRbacPermissions,
  Name: principal.objectId,
  Identity: principal.objectId,
  Id: principal.objectId,
  Guid: principal.guid,
  ExchangeObjectId: principal.guid,
  ...metadata(tenant, { ...principal, name: principal.objectId }),
})
