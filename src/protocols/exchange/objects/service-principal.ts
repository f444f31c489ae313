import type { ExchangeServicePrincipal, Tenant } from '../../../domain/directory/types.ts'
import { metadata } from './metadata.ts'
import type { Output } from './output.ts'

/** contract/exchange-admin §1: Name, Identity and Id are the ObjectId; Guid is Exchange's own. */
export const servicePrincipalOutput = (tenant: Tenant, principal: ExchangeServicePrincipal): Output => ({
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
