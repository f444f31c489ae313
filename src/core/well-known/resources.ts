import type { TenantId } from '../ids.ts'
import { exchangeOnline } from './exchange-online.ts'
import { microsoftGraph } from './microsoft-graph.ts'
import type { WellKnownResource } from './resource.ts'

/** The resources of every new tenant. */
export const resources: readonly WellKnownResource[] = [exchangeOnline, microsoftGraph]

/** The organization that owns the well-known resources in every tenant of the real service. */
export const microsoftTenant = 'f8cdef31-a31e-4b4a-93e4-5f571e91255a' as TenantId

/** The appId of Azure AD Graph, the former directory API. Proofs of possession have it as their audience. */
export const azureAdGraph = '00000002-0000-0000-c000-000000000000'

/** The form of an identifier for comparison: in lower case, without one slash at its end. */
export const identifierKey = (identifier: string): string => identifier.toLowerCase().replace(/\/$/, '')

/** All names of the resource in scopes and audiences; the first is its appId. */
export const namesOf = (resource: WellKnownResource): readonly string[] => [resource.appId, ...resource.identifiers]

const byAppId = new Map(resources.map((resource) => [resource.appId as string, resource]))
const byName = new Map(resources.flatMap((resource) => namesOf(resource).map((name) => [name, resource])))

/** The well-known resource with this appId, in lower case. */
export const resourceByAppId = (appId: string): WellKnownResource | undefined => byAppId.get(appId)

/** The well-known resource that a scope or an audience names. */
export const resourceNamed = (identifier: string): WellKnownResource | undefined =>
  byName.get(identifierKey(identifier))
