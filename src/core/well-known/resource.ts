import type { Guid } from '../ids.ts'

/** What an app may be granted on a resource (application permission). */
export interface AppRole {
  readonly id: Guid
  /** What tokens say. */
  readonly value: string
  readonly displayName: string
  readonly description: string
  readonly isEnabled: boolean
  readonly allowedMemberTypes: readonly ('User' | 'Application')[]
}

/** What an app may be granted on a resource for a person (delegated permission). */
export interface PermissionScope {
  readonly id: Guid
  readonly value: string
  /** Who may consent: anybody for himself, or administrators alone. */
  readonly type: 'User' | 'Admin'
  readonly isEnabled: boolean
  readonly adminConsentDisplayName: string
  readonly adminConsentDescription: string
  readonly userConsentDisplayName: string | undefined
  readonly userConsentDescription: string | undefined
}

/** The role that grants the use of a resource and nothing more: every resource has it. */
export const defaultAccess = '00000000-0000-0000-0000-000000000000' as Guid

/** A resource that every tenant has a service principal of. Role ids are unique within one resource only. */
export interface WellKnownResource {
  readonly appId: Guid
  readonly displayName: string
  /** The identifiers by which a scope names it, beside its appId. */
  readonly identifiers: readonly string[]
  readonly appRoles: readonly AppRole[]
  readonly oauth2PermissionScopes: readonly PermissionScope[]
}

/** Lines of `value, id, displayName, description`. */
export const roles = (lines: readonly (readonly [string, string, string, string])[]): readonly AppRole[] =>
  lines.map(([value, id, displayName, description]) => ({
    id: id as Guid,
    value,
    displayName,
    description,
    isEnabled: true,
    allowedMemberTypes: ['Application'],
  }))

/**
 * Lines of `value, id, displayName, description`, the last two as an administrator reads them, and what the person
 * reads who may consent himself. Without that only administrators may.
 */
export const scopes = (
  lines: readonly (readonly [string, string, string, string, string?])[],
): readonly PermissionScope[] =>
  lines.map(([value, id, displayName, description, personal]) => ({
    id: id as Guid,
    value,
    type: personal === undefined ? 'Admin' : 'User',
    isEnabled: true,
    adminConsentDisplayName: displayName,
    adminConsentDescription: description,
    userConsentDisplayName: personal,
    userConsentDescription: personal && `The app may ${personal.charAt(0).toLowerCase()}${personal.slice(1)}.`,
  }))
