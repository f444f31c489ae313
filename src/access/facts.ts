import type { Directory, MailboxRecord } from '../domain/directory/types.ts'
import { exchangeOnline } from '../core/well-known/exchange-online.ts'
import { microsoftGraph } from '../core/well-known/microsoft-graph.ts'
import type { TenantId } from '../core/ids.ts'
import type { AppTokenClaims, TokenClaims, UserTokenClaims } from '../domain/tokens/types.ts'

/** The claims of a token that the checks read. */
type Judged = 'aud' | 'appid' | 'app_displayname' | 'tid'

/** An app that acts as itself. */
export interface AppPrincipal {
  readonly kind: 'app'
  readonly claims: Pick<AppTokenClaims, Judged | 'oid' | 'roles'>
  readonly facts: AppFacts
}

/** An app that acts for a person. */
export interface UserPrincipal {
  readonly kind: 'user'
  readonly claims: Pick<UserTokenClaims, Judged | 'iat' | 'oid' | 'name' | 'scp' | 'upn' | 'xms_cc'>
  readonly facts: PersonFacts
}

/** The subject of a token, with the directory's facts about it. */
export type TokenPrincipal = AppPrincipal | UserPrincipal

export const tokenPrincipal = (directory: Directory, claims: TokenClaims): TokenPrincipal =>
  claims.idtyp === 'app'
    ? { kind: 'app', claims, facts: appFacts(directory, claims) }
    : { kind: 'user', claims, facts: personFacts(directory, claims) }

/** Each fact is read once, at its first use. */
export function appFacts(directory: Directory, { tid, appid, oid }: Pick<AppTokenClaims, 'tid' | 'appid' | 'oid'>) {
  const exchangePrincipal = once(() => directory.exchange.findByAppId(tid, appid))
  return {
    principal: once(() => directory.servicePrincipals.find(tid, { id: oid })),
    app: once(() => directory.apps.identify(appid)),
    /** Application permissions that are assigned on Exchange Online. */
    exchangeRoles: once(() => directory.assignments.roles(tid, oid, exchangeOnline.appId)),
    exchangePrincipal,
    /** Application permissions that are assigned on Microsoft Graph. */
    graphRoles: once(() => directory.assignments.roles(tid, oid, microsoftGraph.appId)),
    /** Roles that Exchange assigned to the app's Exchange service principal, enabled or not. */
    managementRoles: once(async () => {
      const principal = await exchangePrincipal()
      return principal ? directory.roleAssignments.of(tid, principal.guid) : []
    }),
    /** Application access policies that name the app, or every app. */
    accessPolicies: once(() => directory.accessPolicies.naming(tid, appid)),
  }
}

export type AppFacts = ReturnType<typeof appFacts>

/** Each fact is read once, at its first use. */
export function personFacts(directory: Directory, { tid, appid, oid }: Pick<UserTokenClaims, 'tid' | 'appid' | 'oid'>) {
  const principal = once(() => directory.servicePrincipals.find(tid, { appId: appid }))
  return {
    /** The app's. */
    principal,
    app: once(() => directory.apps.identify(appid)),
    user: once(() => directory.users.find(tid, oid)),
    /** Delegated permissions on Exchange Online that the app can use for this user. */
    exchangeScopes: once(() => consentedScopes(directory, { tid, appid, oid }, exchangeOnline.appId)),
    /** The same on Microsoft Graph. */
    graphScopes: once(() => consentedScopes(directory, { tid, appid, oid }, microsoftGraph.appId)),
  }
}

export type PersonFacts = ReturnType<typeof personFacts>

/** The delegated permissions of a resource that are consented to for one app and one user. */
export async function consentedScopes(
  directory: Directory,
  { tid, appid, oid: user }: Pick<UserTokenClaims, 'tid' | 'appid' | 'oid'>,
  resourceAppId: string,
): Promise<ReadonlySet<string>> {
  const [client, resource] = await Promise.all([
    directory.servicePrincipals.find(tid, { appId: appid }),
    directory.servicePrincipals.find(tid, { appId: resourceAppId }),
  ])
  return client && resource
    ? directory.consents.scopes(tid, { client: client.id, resource: resource.id, user })
    : new Set()
}

/** The mailbox that an address names, in the caller's own tenant only. */
export const mailboxFact = (
  directory: Directory,
  tenant: TenantId,
  address: string | undefined,
): (() => Promise<MailboxRecord | undefined>) =>
  once(async () => (address ? directory.mailboxes.findByAddress(tenant, address) : undefined))

/** The mailbox of the user whom a path of Graph names by id, userPrincipalName or address, in the caller's tenant. */
export const graphMailboxFact = (
  directory: Directory,
  tenant: TenantId,
  user: string,
): (() => Promise<MailboxRecord | undefined>) =>
  once(async () => {
    const byAddress = await directory.mailboxes.findByAddress(tenant, user)
    if (byAddress) return byAddress
    const named = await directory.users.find(tenant, user)
    return named && directory.mailboxes.find(tenant, named.id)
  })

function once<T>(look: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined
  return () => (found ??= look())
}
