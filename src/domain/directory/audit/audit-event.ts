import type { Guid } from '../../../core/ids.ts'
import type { Activity } from './activities.ts'
import type { AuditChange, AuditTarget } from './types.ts'

/** An action, in the form that the audit log records. */
export interface AuditEvent {
  readonly activity: Activity
  /** The main target first, then the other objects that took part. */
  readonly targets: readonly [AuditTarget, ...AuditTarget[]]
  readonly changes?: readonly AuditChange[]
}

/** Inside a write: records an audit event in the same transaction as the change. */
export type RecordEvent = (auditEvent: AuditEvent) => void

/** Characters of a value; longer values are cut. */
const MOST = 4096

export const valued = (property: string, after: unknown): AuditChange => ({
  property,
  before: undefined,
  after: textOf(after),
})

export const unvalued = (property: string, before: unknown): AuditChange => ({
  property,
  before: textOf(before),
  after: undefined,
})

/** The properties that differ. Never call it with a secret. */
export function changesBetween(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): readonly AuditChange[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .map((name) => ({
      property: `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
      before: textOf(before[name]),
      after: textOf(after[name]),
    }))
    .filter((change) => change.before !== change.after)
}

const textOf = (value: unknown): string | undefined =>
  value === undefined || value === null ? undefined : JSON.stringify(value).slice(0, MOST)

export const appTarget = (app: { id: string; display_name: string }): AuditTarget => ({
  type: 'Application',
  id: app.id,
  displayName: app.display_name,
})

export const principalTarget = (principal: { id: string; display_name: string }): AuditTarget => ({
  type: 'ServicePrincipal',
  id: principal.id,
  displayName: principal.display_name,
})

export const userTarget = (user: { id: string; display_name: string; upn: string }): AuditTarget => ({
  type: 'User',
  id: user.id,
  displayName: user.display_name,
  userPrincipalName: user.upn,
})

export const otherTarget = (id: string, displayName: string): AuditTarget => ({ type: 'Other', id, displayName })

/** Entra's name for every change of an app's credentials. */
export const CREDENTIALS = 'Update application – Certificates and secrets management'

/** A credential in the audit log's format. */
export const keyOf = (
  { keyId, displayName = '' }: { keyId: Guid; displayName?: string | undefined },
  type: 'Password' | 'AsymmetricX509Cert',
): string => `[KeyIdentifier=${keyId},KeyType=${type},KeyUsage=Verify,DisplayName=${displayName}]`
