import type { AccessPolicy } from '../../../domain/directory/types.ts'
import type { Output } from './output.ts'

/** contract/exchange-admin §6; scripts take the scope's object id from behind the semicolon of ScopeIdentityRaw. */
export const policyOutput = (policy: AccessPolicy): Output => ({
  ScopeName: policy.scope.displayName,
  ScopeIdentity: policy.scope.name,
  Identity: policy.identity,
  AppId: policy.appId,
  ScopeIdentityRaw: `${policy.scope.sid};${policy.scope.id}`,
  Description: policy.description,
  AccessRight: policy.accessRight,
  ShardType: 'All',
  IsValid: true,
  ObjectState: 'Unchanged',
})
