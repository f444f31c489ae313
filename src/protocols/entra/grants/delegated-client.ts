import type { App, Tenant } from '../../../domain/directory/types.ts'
import type { Appidacr } from '../../../domain/tokens/types.ts'
import { authenticateClient } from '../client-authentication/authenticate.ts'
import { type PresentedClient, presentedBy } from '../client-authentication/presented.ts'
import { type AskingClient, clientAt } from '../client.ts'
import type { EntraDeps } from '../deps.ts'
import { deny } from '../errors/errors.ts'
import { sharedTenant } from '../tenant.ts'
import type { TokenRequest } from './grant.ts'

/** An app that comes for what is a person's, and what it shows for itself. */
export interface DelegatedClient extends AskingClient {
  readonly presented: PresentedClient
}

export async function delegatedClient(deps: EntraDeps, request: TokenRequest): Promise<DelegatedClient> {
  const presented = presentedBy(request)
  return { ...(await clientAt(deps, request, presented.clientId)), presented }
}

/** `isPublic`: whether the app has nothing to prove who it is by, for what it comes for. */
export async function proven(
  deps: EntraDeps,
  request: TokenRequest,
  { app, tenant, presented }: DelegatedClient,
  isPublic: boolean,
): Promise<Appidacr> {
  const authority = tenant ?? (await sharedAuthority(deps, request, app))
  const client = { ...presented, request, tenant: authority, app }
  return (await authenticateClient(deps, client, { publicAllowed: isPublic })).appidacr
}

/** Over a path that many share, an assertion may be made out to that path as well as to the app's own tenant. */
async function sharedAuthority({ directory }: EntraDeps, { tenant }: TokenRequest, app: App): Promise<Tenant> {
  const home = (await directory.tenants.find(app.tenant)) ?? deny(90002, app.tenant)
  return { ...home, domains: [...home.domains, sharedTenant(tenant) ?? tenant] }
}
