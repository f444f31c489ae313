import type { Guid } from '../ids.ts'

/** An application permission on a resource. */
export interface AppRole {
  readonly id: Guid
  /** The value in tokens. */
  readonly value: string
  readonly displayName: string
  readonly description: string
  readonly isEnabled: boolean
  readonly allowedMemberTypes: readonly ('User' | 'Application')[]
}

/** A delegated permission on a resource. */
export interface PermissionScope {
  readonly id: Guid
  readonly value: string
  /** Who may consent: every user for himself, or only administrators. */
  readonly type: 'User' | 'Admin'
  readonly isEnabled: boolean
  readonly adminConsentDisplayName: string
  readonly adminConsentDescription: string
  readonly userConsentDisplayName: string | undefined
  readonly userConsentDescription: string | undefined
}

/** The role without permissions, which only assigns the resource. Every resource has it. */
export const defaultAccess = '00000000-0000-0000-0000-000000000000' as Guid

/** A resource with a service principal in every tenant. Role ids are unique only within one resource. */
export interface WellKnownResource {
  readonly appId: Guid
  readonly displayName: string
  /** The identifiers that name the resource in a scope, besides its appId. */
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
 * Lines of `value, id, displayName, description` with the texts for administrators, and then the texts for users. A
 * permission without the latter needs the consent of an administrator.
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
