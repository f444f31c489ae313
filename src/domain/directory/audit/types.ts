import type { AppId, Guid, ServicePrincipalId, TenantId, UserId } from '../../../core/ids.ts'

/** The actor of an audit record. */
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
  /** The server itself, or its operator. */
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

/** A changed property. Values are JSON and never contain a secret. */
export interface AuditChange {
  readonly property: string
  readonly before: string | undefined
  readonly after: string | undefined
}

/** The cmdlet that made a change, with its parameters as given. No parameter contains a secret. */
export interface AuditCommand extends Partial<AuditRefusal> {
  readonly name: string
  readonly parameters: readonly { readonly name: string; readonly value: string }[]
  /** The client's address. */
  readonly from?: string
}

/** Why a cmdlet changed nothing. */
export interface AuditRefusal {
  /** The reason. */
  readonly refused: string
  /** The reason in the protocol's words. */
  readonly error?: string
}

/** A change of the directory, a refused cmdlet, or a refused change of the administrator's app. */
export interface DirectoryAudit {
  readonly id: Guid
  readonly tenant: TenantId
  readonly at: number
  /** Entra's name, such as `Add application`. */
  readonly activity: string
  readonly category: AuditCategory
  readonly operation: string
  readonly actor: Actor
  /** The same for all changes of one request. */
  readonly correlation: Guid
  /** The main target first, then the other objects that took part. */
  readonly targets: readonly AuditTarget[]
  readonly changes: readonly AuditChange[]
  /** Undefined if no cmdlet made the change. */
  readonly command: AuditCommand | undefined
  /** The reason of a refused change without a cmdlet. Undefined if the change was made. */
  readonly refused: string | undefined
}

/** The request for a page of the audit log. */
export interface DirectoryAuditPage {
  readonly limit: number
  /** The last record of the previous page. */
  readonly before?: Pick<DirectoryAudit, 'at' | 'id'> | undefined
  readonly from?: number | undefined
  readonly until?: number | undefined
  readonly activity?: string | undefined
  readonly category?: string | undefined
  readonly correlation?: string | undefined
  /** Id of the user or the service principal that made the change. */
  readonly actor?: string | undefined
  /** Id of the target. */
  readonly target?: string | undefined
}

export interface DirectoryAudits {
  find(tenant: TenantId, id: string): Promise<DirectoryAudit | undefined>
  /** Newest first. */
  page(tenant: TenantId, asked: DirectoryAuditPage): Promise<readonly DirectoryAudit[]>
  /** Call it when the cmdlet of this directory has finished: records the cmdlet, unless one of its writes did. */
  tellDone(tenant: TenantId): Promise<void>
  /** Records that the cmdlet was refused, unless it made a change. */
  tellRefused(tenant: TenantId, refusal: AuditRefusal): Promise<void>
}
