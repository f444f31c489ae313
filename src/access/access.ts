import { MINUTE } from '../core/duration.ts'
import type { TenantId } from '../core/ids.ts'
import { administer } from './administer.ts'
import { authorize } from './authorize.ts'
import type { AccessDeps, AccessOptions } from './deps.ts'
import { enter } from './enter.ts'
import { simulatePassword } from './passwords/simulate.ts'
import { malformedCredential } from './records/malformed-credential.ts'
import { unpermitted } from './records/unpermitted.ts'
import { Revocation } from './revocation/revocation.ts'
import { simulate } from './simulation/simulate.ts'
import type { Access } from './types.ts'
import { openForUrl } from './url-access.ts'

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
