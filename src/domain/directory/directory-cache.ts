import type { TenantId } from '../../core/ids.ts'
import type { Notifier } from '../../storage/engine.ts'
import { type TenantCache, tenantCache } from './tenant-cache.ts'
import type { Directory } from './types.ts'

/** Names and apps of which it is known whose they are; beyond it all are looked up again. */
const MOST = 20_000

/**
 * The directory with a cache for callers that ask the same repeatedly. An answer is kept until the next change in its
 * tenant. On the node that wrote, no answer from before the write is given after it; on another node, none is given
 * later than a second after it.
 */
export function cachedDirectory(directory: Directory, notifier: Pick<Notifier, 'subscribe'>): Directory {
  const memories = new Map<TenantId, TenantCache>()
  const memoryOf = (tenant: TenantId): Directory => {
    const known = memories.get(tenant)
    if (known) return known.directory
    const made = tenantCache(directory, tenant)
    memories.set(tenant, made)
    notifier.subscribe(tenant, made.forget)
    return made.directory
  }

  /** Whose what is named by itself alone was when it was last looked up. */
  const homes = new Map<string, TenantId>()
  const inHome = async <T>(
    question: string,
    look: (of: Directory) => Promise<T | undefined>,
    homeOf: (found: T) => TenantId,
  ): Promise<T | undefined> => {
    const home = homes.get(question)
    if (home !== undefined) return look(memoryOf(home))
    const found = await look(directory)
    if (found !== undefined) {
      if (homes.size >= MOST) homes.clear()
      homes.set(question, homeOf(found))
    }
    return found
  }

  const { apps, assignments, directoryRoles, servicePrincipals, tenants } = directory
  return {
    ...directory,
    tenants: {
      ...tenants,
      find: (named) =>
        inHome(
          `tenant ${named}`,
          (of) => of.tenants.find(named),
          ({ id }) => id,
        ),
    },
    apps: {
      ...apps,
      findAnywhere: (appId) =>
        inHome(
          `app ${appId}`,
          (of) => of.apps.findAnywhere(appId),
          ({ tenant }) => tenant,
        ),
      secretCheck: (app) => memoryOf(app.tenant).apps.secretCheck(app),
    },
    servicePrincipals: {
      ...servicePrincipals,
      find: (tenant, by) => memoryOf(tenant).servicePrincipals.find(tenant, by),
      findResource: (tenant, named) => memoryOf(tenant).servicePrincipals.findResource(tenant, named),
    },
    assignments: {
      ...assignments,
      roles: (tenant, principal, on) => memoryOf(tenant).assignments.roles(tenant, principal, on),
    },
    directoryRoles: {
      ...directoryRoles,
      of: (tenant, holder) => memoryOf(tenant).directoryRoles.of(tenant, holder),
    },
  }
}
