import type { ManagementScope, Tenant } from '../../../domain/directory/types.ts'
import { metadata } from './metadata.ts'
import type { Output } from './output.ts'

/** contract/exchange-admin §7. */
export const scopeOutput = (tenant: Tenant, scope: ManagementScope): Output => ({
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
