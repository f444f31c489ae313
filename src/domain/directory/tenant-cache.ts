import type { TenantId } from '../../core/ids.ts'
import type { Directory, ServicePrincipal } from './types.ts'
import { microsoftTenant, resourceByAppId } from '../../core/well-known/resources.ts'

/** The most answers that are stored; beyond it the cache is cleared. */
const MOST = 20_000

export interface TenantCache {
  /** The directory, which answers the queries of access decisions from memory if it can. */
  readonly directory: Directory
  /** Call it after a change in the tenant's directory. */
  readonly forget: () => void
}

/**
 * Caches answers of a tenant's directory until its next change. Stores only found objects, so that queries for unknown
 * names do not fill it, and only objects of the tenant itself, because changes of other tenants do not reach it. Does
 * not store an answer that was pending when {@link TenantCache.forget} was called.
 */
export function tenantCache(directory: Directory, tenant: TenantId): TenantCache {
  let said = new Map<string, unknown>()
  const once = async <T>(question: string, look: () => Promise<T>, ours: (found: T) => boolean): Promise<T> => {
    const now = said
    if (now.has(question)) return now.get(question) as T
    const found = await look()
    if (now === said && ours(found)) {
      if (now.size >= MOST) now.clear()
      now.set(question, found)
    }
    return found
  }
  const isOurs = (found: { readonly tenant: TenantId } | undefined): boolean => found?.tenant === tenant
  // The app of a service principal, which can belong to another tenant, defines what it offers and accepts.
  const isWhollyOurs = (found: ServicePrincipal | undefined): boolean =>
    isOurs(found) &&
    [tenant, microsoftTenant, undefined].includes(found?.appOwnerOrganizationId as TenantId | undefined)

  const {
    accessPolicies,
    apps,
    assignments,
    authenticationPolicies,
    consents,
    directoryRoles,
    exchange,
    mailboxes,
    organization,
    permissions,
    retirementPlans,
  } = directory
  const { roleAssignments, servicePrincipals, tenants, users } = directory
  return {
    forget: () => {
      said = new Map()
    },
    directory: {
      ...directory,
      tenants: {
        ...tenants,
        find: (named) =>
          once(
            `tenant ${named}`,
            () => tenants.find(named),
            (found) => found?.id === tenant,
          ),
      },
      apps: {
        ...apps,
        identify: (appId) => once(`app ${appId}`, () => apps.identify(appId), isOurs),
        findAnywhere: (appId) => once(`whole app ${appId}`, () => apps.findAnywhere(appId), isOurs),
        secretCheck: (app) =>
          once(
            `secrets ${app.id}`,
            () => apps.secretCheck(app),
            () => isOurs(app),
          ),
      },
      servicePrincipals: {
        ...servicePrincipals,
        find: (of, by) =>
          once(
            `principal ${of} ${'id' in by ? by.id : `app ${by.appId}`}`,
            () => servicePrincipals.find(of, by),
            isWhollyOurs,
          ),
        findResource: (of, named) =>
          once(`resource ${of} ${named}`, () => servicePrincipals.findResource(of, named), isWhollyOurs),
      },
      assignments: {
        ...assignments,
        roles: (of, principal, on) =>
          once(
            `roles ${of} ${principal} ${on}`,
            () => assignments.roles(of, principal, on),
            // Apps of other tenants can define the roles of other resources.
            () => of === tenant && resourceByAppId(on) !== undefined,
          ),
      },
      directoryRoles: {
        ...directoryRoles,
        of: (of, principal) =>
          once(
            `directory roles ${of} ${principal}`,
            () => directoryRoles.of(of, principal),
            () => of === tenant,
          ),
      },
      users: { ...users, find: (of, named) => once(`user ${of} ${named}`, () => users.find(of, named), isOurs) },
      consents: {
        ...consents,
        scopes: (of, on) =>
          once(
            `scopes ${of} ${on.client} ${on.resource} ${on.user}`,
            () => consents.scopes(of, on),
            (found) => of === tenant && found.size > 0,
          ),
      },
      exchange: {
        ...exchange,
        findByAppId: (of, appId) => once(`pointer ${of} ${appId}`, () => exchange.findByAppId(of, appId), isOurs),
      },
      mailboxes: {
        ...mailboxes,
        findByAddress: (of, address) =>
          once(`mailbox ${of} ${address}`, () => mailboxes.findByAddress(of, address), isOurs),
      },
      permissions: {
        ...permissions,
        // The mailbox was found in the tenant.
        ofServicePrincipal: (mailbox, principal) =>
          once(
            `permission ${mailbox} ${principal}`,
            () => permissions.ofServicePrincipal(mailbox, principal),
            (found) => found.length > 0,
          ),
        ofUser: (mailbox, user) =>
          once(
            `permission ${mailbox} ${user}`,
            () => permissions.ofUser(mailbox, user),
            (found) => found.length > 0,
          ),
      },
      organization: {
        ...organization,
        of: (of) => once(`organization ${of}`, () => organization.of(of), isOurs),
      },
      authenticationPolicies: {
        ...authenticationPolicies,
        effective: (of, user) =>
          once(
            `authentication policy ${of} ${user}`,
            () => authenticationPolicies.effective(of, user),
            () => of === tenant,
          ),
      },
      retirementPlans: {
        ...retirementPlans,
        of: (of) =>
          once(
            `retirement plan ${of}`,
            () => retirementPlans.of(of),
            () => of === tenant,
          ),
      },
      // The apps come from a token, and the service principals were found.
      accessPolicies: {
        ...accessPolicies,
        naming: (of, appId) =>
          once(
            `policies ${of} ${appId}`,
            () => accessPolicies.naming(of, appId),
            () => of === tenant,
          ),
      },
      roleAssignments: {
        ...roleAssignments,
        of: (of, principal) =>
          once(
            `management roles ${of} ${principal}`,
            () => roleAssignments.of(of, principal),
            () => of === tenant,
          ),
      },
    },
  }
}
