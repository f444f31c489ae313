import type { AppId, Guid, ServicePrincipalId, TenantId, UserId } from '../../../core/ids.ts'

/** Who does something: it stands in the audit beside what was done. */
export type Actor =
  | {
      readonly kind: 'app'
      readonly appId: AppId
      readonly servicePrincipal: ServicePrincipalId
      readonly name: string
    }
  | {
      readonly kind: 'user'
      readonly id: UserId
      readonly userPrincipalName: string
      readonly appId: AppId | undefined
    }
  /** The server itself, or whoever works at its machine. */
  | { readonly kind: 'server' }

export type AuditCategory =
  | 'ApplicationManagement'
  | 'DirectoryManagement'
  | 'Exchange'
  | 'RoleManagement'
  | 'UserManagement'

export interface AuditTarget {
  readonly type: 'Application' | 'Directory' | 'Other' | 'Role' | 'ServicePrincipal' | 'User'
  readonly id: string
  readonly displayName: string
  readonly userPrincipalName?: string
}

/** A property that was changed; values as JSON, never anything secret. */
export interface AuditChange {
  readonly property: string
  readonly before: string | undefined
  readonly after: string | undefined
}

/** The cmdlet by which something was done, as it was given; nothing secret is among its parameters. */
export interface AuditCommand extends Partial<AuditRefusal> {
  readonly name: string
  readonly parameters: readonly { readonly name: string; readonly value: string }[]
  /** The address that it came from. */
  readonly from?: string
}

/** What became of a cmdlet that did nothing. */
export interface AuditRefusal {
  /** Why. */
  readonly refused: string
  /** The same as the protocol tells it. */
  readonly error?: string
}

/** One thing that was done to the directory, or a refused cmdlet, or a refused change of the administrator's app. */
export interface DirectoryAudit {
  readonly id: Guid
  readonly tenant: TenantId
  readonly at: number
  /** As Entra names it: `Add application`. */
  readonly activity: string
  readonly category: AuditCategory
  readonly operation: string
  readonly actor: Actor
  /** The same for all that was done in one request. */
  readonly correlation: Guid
  /** What it was done to first, then who or what else was part of it. */
  readonly targets: readonly AuditTarget[]
  readonly changes: readonly AuditChange[]
  /** Undefined where it was no cmdlet. */
  readonly command: AuditCommand | undefined
  /** Why it was refused, where it was no cmdlet. Undefined where it was done. */
  readonly refused: string | undefined
}

/** What a page of the audit is asked for by. */
export interface DirectoryAuditPage {
  readonly limit: number
  /** The last record of the page before. */
  readonly before?: Pick<DirectoryAudit, 'at' | 'id'> | undefined
  readonly from?: number | undefined
  readonly until?: number | undefined
  readonly activity?: string | undefined
  readonly category?: string | undefined
  readonly correlation?: string | undefined
  /** Id of the user or the service principal that did it. */
  readonly actor?: string | undefined
  /** Id of what it was done to. */
  readonly target?: string | undefined
}

export interface DirectoryAudits {
  find(tenant: TenantId, id: string): Promise<DirectoryAudit | undefined>
  /** Newest first. */
  page(tenant: TenantId, asked: DirectoryAuditPage): Promise<readonly DirectoryAudit[]>
  /** The cmdlet by which this directory is changed is at its end: puts it on record unless a write has. */
  tellDone(tenant: TenantId): Promise<void>
  /** Puts on record that it was refused, unless it was done. */
  tellRefused(tenant: TenantId, refusal: AuditRefusal): Promise<void>
}
