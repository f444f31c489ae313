import { isGuid } from '../../core/ids.ts'
import type { App, Directory, ServicePrincipal, Tenant, User } from '../../domain/directory/types.ts'
import type { Attempt } from './attempt/attempt.ts'
import type { EntraDeps } from './deps.ts'
import { deny } from './errors/errors.ts'
import { formDecoded } from './form.ts'
import type { TokenRequest } from './grants/grant.ts'

/** The values of `signInAudience` that allow an app in other tenants. */
const forOtherTenants: ReadonlySet<string> = new Set(['AzureADMultipleOrgs', 'AzureADandPersonalMicrosoftAccount'])

export const isForOtherTenants = ({ signInAudience }: Pick<App, 'signInAudience'>): boolean =>
  forOtherTenants.has(signInAudience)

/** Returns the app if it may be used in that tenant. */
export async function appIn(deps: EntraDeps, tenant: Tenant, clientId: string, attempt: Attempt): Promise<App> {
  const missing = () => deny(700016, clientId, tenant.displayName)
  const app = (await registered(deps, clientId)) ?? missing()
  attempt.knows({ app })
  if (app.tenant === tenant.id) return app
  if (!isForOtherTenants(app)) return missing()
  return (await deps.directory.servicePrincipals.find(tenant.id, { appId: app.appId })) ? app : missing()
}

/** The client of a request for a user's token. The path need not name the user's tenant. */
export interface RequestingClient {
  readonly app: App
  /** Undefined if the user's tenant is used, which is not known yet. */
  readonly tenant: Tenant | undefined
}

/** Returns the app that `client_id` names, and the tenant that the path names (docs/reference/identity.md §1.2). */
export async function clientAt(
  deps: EntraDeps,
  { tenant: segment, attempt }: { readonly tenant: string; readonly attempt: Attempt },
  clientId: string,
): Promise<RequestingClient> {
  const shared = sharedTenant(segment)
  if (shared === undefined) {
    const tenant = await tenantNamed(deps.directory, segment)
    attempt.inTenant(tenant)
    return { tenant, app: await appIn(deps, tenant, clientId, attempt) }
  }
  const app = (await registered(deps, clientId)) ?? deny(700016, clientId, shared)
  attempt.knows({ app })
  if (!isForOtherTenants(app)) deny(50194, app.appId, app.displayName)
  // Postern has no personal accounts.
  if (shared === 'consumers') deny(90130, app.appId, app.displayName)
  return { tenant: undefined, app }
}

const registered = async ({ directory }: EntraDeps, clientId: string): Promise<App | undefined> =>
  isGuid(clientId) ? directory.apps.findAnywhere(clientId.toLowerCase()) : undefined

/** Returns the app's service principal in the tenant. Refuses a missing or disabled one. */
export async function principalOf(
  deps: EntraDeps,
  tenant: Tenant,
  app: App,
  attempt: Attempt,
): Promise<ServicePrincipal> {
  const principal = await deps.directory.servicePrincipals.find(tenant.id, { appId: app.appId })
  if (!principal) return deny(7000229, app.appId, tenant.id)
  attempt.knows({ principal })
  if (!principal.accountEnabled) deny(7000112, app.appId, app.displayName)
  attempt.passed('client', `The app ${app.appId} has the service principal ${principal.id} in the tenant.`)
  return principal
}

/** Refuses a user who is not assigned to an app or resource that requires assignment. */
export async function assertPersonAssigned(
  { directory }: Pick<EntraDeps, 'directory'>,
  { tenant, id, appId, displayName, appRoleAssignmentRequired }: ServicePrincipal,
  user: User,
): Promise<void> {
  if (!appRoleAssignmentRequired) return
  const assigned = await directory.assignments.between(tenant, user.id, id)
  if (assigned.length === 0) deny(50105, appId, displayName, user.userPrincipalName)
}

/** Names in the path that include many tenants (docs/reference/identity.md §1.2). */
type SharedTenant = 'common' | 'organizations' | 'consumers'

export const sharedTenant = (segment: string): SharedTenant | undefined =>
  (['common', 'organizations', 'consumers'] as const).find((name) => name === segment.toLowerCase())

const domainShape = /^(?=.{1,255}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i

/** Returns the tenant that the path names by GUID or domain. */
export async function tenantNamed(directory: Directory, segment: string): Promise<Tenant> {
  if (!isGuid(segment) && !domainShape.test(segment)) deny(900023, segment)
  return (await directory.tenants.find(segment.toLowerCase())) ?? deny(90002, segment)
}

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** The credential of a client: a secret, an assertion, or none. */
export type ClientCredential = { readonly secret: string } | { readonly assertion: string } | undefined

export interface PresentedClient {
  readonly clientId: string
  readonly credential: ClientCredential
}

/** Reads the client's id and credential from the form and the header. RFC 6749 §2.3: only one method. */
export function presentedClient({ form, http }: TokenRequest): PresentedClient {
  const basic = basicOf(http.headers.authorization)
  const secret = agreed(form.get('client_secret'), basic?.secret)
  const assertion = form.get('client_assertion')
  if (secret !== undefined && assertion !== undefined) deny(9002313)
  if (assertion !== undefined && form.need('client_assertion_type') !== JWT_BEARER) deny(9002313)
  const clientId = agreed(form.get('client_id'), basic?.clientId) ?? deny(900144, 'client_id')
  return { clientId, credential: credentialOf(secret, assertion) }
}

const credentialOf = (secret: string | undefined, assertion: string | undefined): ClientCredential =>
  secret !== undefined ? { secret } : assertion !== undefined ? { assertion } : undefined

/** Some clients send the same value in the form and in the header. */
function agreed(inForm: string | undefined, inHeader: string | undefined): string | undefined {
  if (inForm !== undefined && inHeader !== undefined && inForm !== inHeader) deny(9002313)
  return inForm ?? inHeader
}

/** RFC 6749 §2.3.1: both parts are form-encoded before they are joined. */
function basicOf(header: string | undefined): { clientId?: string; secret?: string } | undefined {
  const encoded = /^basic +(.*)$/i.exec(header?.trim() ?? '')?.[1]
  if (encoded === undefined) return undefined
  const [clientId = '', ...rest] = Buffer.from(encoded, 'base64').toString('latin1').split(':')
  if (!/^[\w+/-]+={0,2}$/.test(encoded) || rest.length === 0) return deny(9002313)
  const secret = formDecoded(rest.join(':'))
  return { ...(clientId === '' ? {} : { clientId: formDecoded(clientId) }), ...(secret === '' ? {} : { secret }) }
}

/** A client to authenticate, and its tenant. */
export interface AuthenticatingClient extends PresentedClient {
  readonly request: TokenRequest
  readonly tenant: Tenant
  readonly app: App
}
