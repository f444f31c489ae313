import { isRefusedFor } from '../../../core/refusal.ts'
import type { AppRole, PermissionScope } from '../../../core/well-known/resource.ts'
import type { App, Directory, ServicePrincipal, Tenant } from '../../../domain/directory/types.ts'
import { deny } from '../errors/errors.ts'
import type { RequestedPermission } from '../pages/consent-pages.ts'
import type { Texts } from '../pages/texts/english.ts'
import { GRAPH, isMicrosofts, parseRequestedScope, resourceIn } from '../scopes/scope.ts'
import { microsoftGraph } from '../../../core/well-known/microsoft-graph.ts'
import type { BrowserRequest } from './browser-request.ts'

/** The permissions of one resource that an app is to get for the whole tenant. */
export interface Permissions {
  readonly resource: ServicePrincipal
  /** The text before each value, in the request and in the answer. */
  readonly prefix: string
  readonly roles: readonly AppRole[]
  readonly scopes: readonly PermissionScope[]
}

/** docs/reference/identity.md §6: v1 requests everything that the registration lists, v2 what `scope` names. */
export const requestedPermissions = (
  request: BrowserRequest,
  app: App,
  tenant: Tenant,
  scope: string | undefined,
): Promise<readonly Permissions[]> =>
  scope === undefined ? permissionsListed(request, app, tenant) : permissionsIn(request, app, tenant, scope)

async function permissionsListed(
  { people }: BrowserRequest,
  app: App,
  tenant: Tenant,
): Promise<readonly Permissions[]> {
  const { servicePrincipals } = people.deps.directory
  return Promise.all(
    app.requiredResourceAccess.map(async ({ resourceAppId }) => {
      const resource = await servicePrincipals.find(tenant.id, { appId: resourceAppId.toLowerCase() })
      return listed(app, resource ?? deny(650052, resourceAppId, tenant.displayName), '')
    }),
  )
}

async function permissionsIn(
  { people, attempt }: BrowserRequest,
  app: App,
  tenant: Tenant,
  scope: string,
): Promise<readonly Permissions[]> {
  const { identity, resources } = parseRequestedScope(scope)
  const requested = await Promise.all(
    resources.map(async ({ named, prefix, values }) => {
      const resource = await resourceIn(people.deps, tenant, named, attempt)
      if (values !== 'default') return { resource, prefix, roles: [], scopes: scopesOf(app, resource, values) }
      const all = listed(app, resource, prefix)
      if (all.roles.length + all.scopes.length > 0) return all
      // docs/reference/identity.md §8.2: for Graph, the registration must list at least sign-in.
      return resource.appId === microsoftGraph.appId ? deny(90008, app.appId, app.displayName) : deny(650056, app.appId)
    }),
  )
  if (identity.size === 0) return requested
  // The sign-in scopes belong to Graph.
  const graph = await resourceIn(people.deps, tenant, GRAPH, attempt)
  return [...requested, { resource: graph, prefix: '', roles: [], scopes: scopesOf(app, graph, [...identity]) }]
}

const scopesOf = (app: App, { oauth2PermissionScopes }: ServicePrincipal, values: readonly string[]) =>
  values.map(
    (value) =>
      oauth2PermissionScopes.find((it) => it.value.toLowerCase() === value.toLowerCase()) ??
      deny(65005, app.appId, value),
  )

/** The permissions of one resource that the registration lists. */
function listed(app: App, resource: ServicePrincipal, prefix: string): Permissions {
  const access = app.requiredResourceAccess
    .filter(({ resourceAppId }) => resourceAppId.toLowerCase() === resource.appId)
    .flatMap(({ resourceAccess }) => resourceAccess)
  const found = <T extends { readonly id: string }>(expected: 'Role' | 'Scope', offered: readonly T[]): T[] =>
    access
      .filter(({ type }) => type === expected)
      .map(({ id }) => offered.find((it) => it.id === id.toLowerCase()) ?? deny(65005, app.appId, id))
  return {
    resource,
    prefix,
    roles: found('Role', resource.appRoles),
    scopes: found('Scope', resource.oauth2PermissionScopes),
  }
}

export const grantsGraphRoles = (permissions: readonly Permissions[]): boolean =>
  permissions.some(({ resource, roles }) => resource.appId === microsoftGraph.appId && roles.length > 0)

/** Describes the application permissions for the page. */
export const describeRoles = (texts: Texts, permissions: readonly Permissions[]): RequestedPermission[] =>
  permissions.flatMap(({ resource, roles }) =>
    roles.map((role) =>
      describePermission(texts, resource, { ...role, name: role.displayName, meaning: role.description }),
    ),
  )

export const describeScopes = (texts: Texts, permissions: readonly Permissions[]): RequestedPermission[] =>
  permissions.flatMap(({ resource, scopes }) =>
    scopes.map(({ value, adminConsentDisplayName: name, adminConsentDescription: meaning }) =>
      // Only administrators see these, so none is marked as an administrator's.
      describePermission(texts, resource, { value, name, meaning }),
    ),
  )

/** The `scope` of the v2 answer: the granted permissions in the spelling of the request. */
export const grantedScope = (permissions: readonly Permissions[]): string =>
  permissions
    .flatMap(({ prefix, roles, scopes }) => [...roles, ...scopes].map(({ value }) => `${prefix}${value}`))
    .join(' ')

/**
 * Creates an assignment for each application permission, and a consent for all users for each resource. Existing ones
 * stay.
 */
export async function grantForAll(
  { assignments, consents }: Directory,
  tenant: Tenant,
  client: ServicePrincipal,
  permissions: readonly Permissions[],
): Promise<void> {
  for (const { resource, roles, scopes } of permissions) {
    for (const { id: appRoleId } of roles) {
      try {
        await assignments.create(tenant.id, { principal: client.id, resource: resource.id, appRoleId })
      } catch (thrown) {
        if (!isRefusedFor('already-exists', thrown)) throw thrown
      }
    }
    if (scopes.length === 0) continue
    await consents.grant(tenant.id, {
      client: client.id,
      resource: resource.id,
      consentType: 'AllPrincipals',
      user: undefined,
      scopes: scopes.map(({ value }) => value),
    })
  }
}

interface Permission {
  readonly value: string
  readonly name: string
  readonly meaning: string
  readonly administrators?: boolean
}

/**
 * A permission as the page shows it: with the directory's texts, or with those of the language. The latter exist only
 * for Microsoft's resources, because any resource may name a permission `Mail.Read`.
 */
export function describePermission(
  { permissions }: Texts,
  resource: ServicePrincipal,
  permission: Permission,
): RequestedPermission {
  const { value, name, meaning, administrators = false } = permission
  const own = isMicrosofts(resource) && Object.hasOwn(permissions, value) ? permissions[value] : undefined
  return { value, name: own ?? name, meaning, resource: resource.displayName, administrators }
}
