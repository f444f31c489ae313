import type { TenantId } from '../core/ids.ts'
import type { Log } from '../core/log.ts'
import type { Profile } from '../core/profile.ts'
import type { World } from '../core/world.ts'
import type { SignIns } from '../domain/audit/types.ts'
import type { Directory } from '../domain/directory/types.ts'
import type { MailStore } from '../domain/mail/store-types.ts'
import type { Tokens } from '../domain/tokens/types.ts'
import type { BasicRule } from './checks/basic-authentication.ts'
import type { Rules } from './checks/check.ts'
import type { Notices, Revocation } from './revocation/revocation.ts'
import type { AccessSettings } from './settings.ts'
import type { DeniedSenderWire, MailProtocol, WireTable } from './types.ts'

export interface AccessOptions {
  readonly directory: Directory
  readonly tokens: Tokens
  readonly mail: MailStore
  readonly signIns: SignIns
  readonly notifier: Notices
  readonly world: World
  readonly log: Log
  readonly profile: Profile
  readonly settings: AccessSettings
  /** Whether passwords open mailboxes. */
  readonly basic: BasicRule
  /** Refuses the audiences that the real service refuses. */
  readonly strict: boolean
  /** Minutes until a grant in Exchange takes effect. */
  readonly propagationMinutes: number
  /** The reply of each enabled mail protocol for a decision. */
  readonly wire: Partial<Readonly<Record<MailProtocol, WireTable>>>
  readonly deniedSenderWire: DeniedSenderWire
}

/** The dependencies that the parts of access share. */
export interface AccessDeps extends Omit<AccessOptions, 'settings' | 'strict' | 'propagationMinutes'> {
  readonly rules: Rules
  /** Watches a tenant's granted entries. */
  readonly revocation: (tenant: TenantId) => Promise<Revocation>
}
