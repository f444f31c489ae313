import type { Guid } from '../../../core/ids.ts'
import type { Activity } from './activities.ts'
import type { AuditChange, AuditTarget } from './types.ts'

/** Something done, as it is to stand in the audit. */
export interface AuditEvent {
  readonly activity: Activity
  /** What it was done to first, then who or what else was part of it. */
  readonly targets: readonly [AuditTarget, ...AuditTarget[]]
  readonly changes?: readonly AuditChange[]
}

/** Within a write: puts a audit event on record, together with what it did. */
export type RecordEvent = (auditEvent: AuditEvent) => void

/** Characters of a value; what is longer is cut. */
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

/** What differs. Never called with anything secret. */
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

/** What Entra calls every change of an app's credentials. */
export const CREDENTIALS = 'Update application – Certificates and secrets management'

/** A credential in the audit's words. */
export const keyOf = (
  { keyId, displayName = '' }: { keyId: Guid; displayName?: string | undefined },
  type: 'Password' | 'AsymmetricX509Cert',
): string => `[KeyIdentifier=${keyId},KeyType=${type},KeyUsage=Verify,DisplayName=${displayName}]`
