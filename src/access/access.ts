import { MINUTE } from '../core/time.ts'
import type { TenantId } from '../core/ids.ts'
import { refuse } from '../core/refusal.ts'
import type { Mailbox } from '../domain/mail/types.ts'
import { mayAdminister } from './admin/decide.ts'
import { authorize, malformedCredential } from './authorize.ts'
import type { AccessDeps, AccessOptions } from './deps.ts'
import { enter } from './enter.ts'
import { openOverGraph } from './graph-entry.ts'
import { simulatePassword } from './passwords/simulate.ts'
import { unpermitted } from './records/unpermitted.ts'
import { Revocation } from './revocation/revocation.ts'
import { simulate } from './simulation/simulate.ts'
import { openForSubscriber } from './subscriber-entry.ts'
import type { Access, Caller } from './types.ts'
import { admitUpload, openUpload } from './upload-entry.ts'
import { openForUrl } from './url-access.ts'

/** The only place that grants access to a mailbox. */
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
    openForUrl: (request) => openForUrl(deps, request),
    openOverGraph: (request) => openOverGraph(deps, request),
    admitUpload: (url) => admitUpload(deps, url),
    openUpload: (url, from) => openUpload(deps, url, from),
    openForSubscriber: (authority) => openForSubscriber(deps, authority),
    authorize: (request) => authorize(deps, request),
    unpermitted: (refused) => unpermitted(deps, refused),
    administer: (caller, mailbox) => administer(deps, caller, mailbox),
    simulate: (tenant, passwordRequest) => simulate(deps, tenant, passwordRequest),
    simulatePassword: (tenant, passwordRequest) => simulatePassword(deps, tenant, passwordRequest),
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

/** Opens any mailbox of the tenant for its administrator, without a permission on the mailbox. */
async function administer({ directory, mail }: AccessDeps, caller: Caller, named: string): Promise<Mailbox> {
  if (!mayAdminister('administerTenant', caller)) {
    return refuse(
      'not-allowed',
      caller.kind === 'app'
        ? `The app ${caller.appId} needs the permission Exchange.ManageAsApp and the directory role Exchange Administrator or Global Administrator`
        : `The app ${caller.appId} needs the scope Exchange.Manage, and ${caller.user.userPrincipalName} the directory role Exchange Administrator or Global Administrator`,
    )
  }
  const mailbox = await directory.mailboxes.find(caller.tenant, named)
  if (!mailbox) return refuse('no-such-thing', `There is no mailbox '${named}'`, { property: 'mailbox' })
  // Lasts for one request, which was authorized when it began.
  return mail.open(mailbox.id, new AbortController().signal)
}
