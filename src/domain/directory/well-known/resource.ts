import type { Guid } from '../../../core/ids.ts'
import type { AppRole } from '../types.ts'

/** A resource that every tenant has a service principal of. Role ids are unique within one resource only. */
export interface WellKnownResource {
  readonly appId: Guid
  readonly displayName: string
  /** The identifiers by which a scope names it, beside its appId. */
  readonly identifiers: readonly string[]
  readonly appRoles: readonly AppRole[]
  readonly oauth2PermissionScopes: readonly AppRole[]
}

/** Lines of `value, id, displayName, description`. */
export const permissions = (lines: readonly (readonly [string, string, string, string])[]): readonly AppRole[] =>
  lines.map(([value, id, displayName, description]) => ({ id: id as Guid, value, displayName, description }))
