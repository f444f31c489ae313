import * as declared from '../../../cmdlets/exchange/management-scopes.ts'
import type { ManagementScope, Tenant } from '../../../domain/directory/types.ts'
import { command } from '../command.ts'
import { metadata } from '../objects/metadata.ts'
import type { Output } from '../objects/output.ts'
import { assertRoot, findScope } from './app-access/find-app-access.ts'

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
