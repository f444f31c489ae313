import { MINUTE } from '../core/duration.ts'
import type { TenantId } from '../core/ids.ts'
import type { Log } from '../core/log.ts'
import type { Profile } from '../core/profile.ts'
import type { World } from '../core/world.ts'
import type { SignIns } from '../domain/audit/types.ts'
import type { Directory } from '../domain/directory/types.ts'
import type { MailStore } from '../domain/mail/store-types.ts'
import type { Tokens } from '../domain/tokens/types.ts'
import { administer } from './administer.ts'
import { authorize } from './authorize.ts'
import { enter } from './enter.ts'
import { simulate } from './simulation/simulate.ts'
import { openForUrl } from './url-access.ts'
import type { BasicRule } from './checks/basic-authentication.ts'
import type { Rules } from './checks/check.ts'
import { simulatePassword } from './passwords/simulate.ts'
import type { AccessSettings } from './settings.ts'
import type { Access, DeniedSenderWire, MailProtocol, WireTable } from './types.ts'
import { unpermitted } from './records/unpermitted.ts'
import { malformedCredential } from './records/malformed-credential.ts'
import { type Notices, Revocation } from './revocation/revocation.ts'

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
  /** Minutes until what was granted in Exchange counts. */
  readonly propagationMinutes: number
  /** What each mail protocol that there is says for a decision. */
  readonly wire: Partial<Readonly<Record<MailProtocol, WireTable>>>
  readonly deniedSenderWire: DeniedSenderWire
}

/** What the parts of access share. */
export interface AccessDeps extends Omit<AccessOptions, 'settings' | 'strict' | 'propagationMinutes'> {
  readonly rules: Rules
  /** The watch over a tenant's granted entries. */
  readonly revocation: (tenant: TenantId) => Promise<Revocation>
}

/** The only place that says yes. */
export function createAccess({ settings, strict, propagationMinutes, ...options }: AccessOptions): Access {
  const { world } = options
  const propagation = { milliseconds: propagationMinutes * MINUTE, now: () => world.now() }
  const deps: AccessDeps = {
    ...options,
    rules: {
      immediateRevocation: settings.immediate_consent_revocation,
      strict,
      ...(propagationMinutes > 0 && { propagation }),
    },
    revocation: watches(options),
  }
  return {
    enter: (request) => enter(deps, request),
    unread: (response) => malformedCredential(deps, response),
    lend: (request) => openForUrl(deps, request),
    authorize: (request) => authorize(deps, request),
    unpermitted: (refused) => unpermitted(deps, refused),
    administer: (caller, mailbox) => administer(deps, caller, mailbox),
    simulate: (tenant, question) => simulate(deps, tenant, question),
    simulatePassword: (tenant, question) => simulatePassword(deps, tenant, question),
  }
}

/** One for each tenant, from its first sign-in on. */
function watches(deps: Omit<AccessOptions, 'settings' | 'strict' | 'propagationMinutes'>): AccessDeps['revocation'] {
  const known = new Map<TenantId, Promise<Revocation>>()
  return (tenant) => {
    const found = known.get(tenant)
    if (found) return found
    const made = Revocation.over(deps, tenant)
    known.set(tenant, made)
    made.catch(() => known.delete(tenant))
    return made
  }
}
