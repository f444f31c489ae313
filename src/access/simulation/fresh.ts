import type { AppId, ServicePrincipalId, TenantId } from '../../core/ids.ts'
import { seconds } from '../../core/world.ts'
import type { User } from '../../domain/directory/types.ts'
import { exchangeOnline } from '../../core/well-known/exchange-online.ts'
import { microsoftGraph } from '../../core/well-known/microsoft-graph.ts'
import type { WellKnownResource } from '../../core/well-known/resource.ts'
import type { AccessDeps } from '../deps.ts'
import { appFacts, consentedScopes, graphMailboxFact, mailboxFact, personFacts } from '../facts.ts'
import type { AppSubject, GraphPersonSubject, GraphSubject, Opening, PersonSubject } from '../checks/check.ts'
import type { GraphPermission, MailProtocol } from '../types.ts'

interface FreshSubjectRequest {
  readonly tenant: TenantId
  readonly appId: AppId
  readonly address: string
  readonly protocol: MailProtocol
}

/** The facts for an app without a token: the checks apply to the token that the app would get now. */
export async function freshSubject(
  deps: AccessDeps,
  { tenant, appId, address, protocol }: FreshSubjectRequest,
): Promise<AppSubject & Opening> {
  const mailbox = mailboxFact(deps.directory, tenant, address)
  return { ...(await freshApp(deps, { tenant, appId }, exchangeOnline)), protocol, address, mailbox }
}

/** The same over Graph, for the app itself or for a user. */
export async function freshGraphSubject(
  deps: AccessDeps,
  { tenant, appId, address }: Omit<FreshSubjectRequest, 'protocol'>,
  { permission, user }: { readonly permission: GraphPermission; readonly user?: User | undefined },
): Promise<GraphSubject | GraphPersonSubject> {
  const mailbox = graphMailboxFact(deps.directory, tenant, address)
  const opening = { protocol: 'graph', permission, address, mailbox } as const
  return user
    ? { ...(await freshPerson(deps, { tenant, appId, user }, microsoftGraph)), ...opening }
    : { ...(await freshApp(deps, { tenant, appId }, microsoftGraph)), ...opening }
}

async function freshApp(
  deps: AccessDeps,
  { tenant, appId }: Pick<FreshSubjectRequest, 'tenant' | 'appId'>,
  resource: WellKnownResource,
): Promise<AppSubject> {
  const { directory } = deps
  const principal = await directory.servicePrincipals.find(tenant, { appId })
  const app = await directory.apps.identify(appId)
  const claims = {
    tid: tenant,
    appid: appId,
    app_displayname: app?.displayName ?? principal?.displayName ?? appId,
    // Without a service principal there is no token; the check of that name says so.
    oid: principal?.id ?? ('' as ServicePrincipalId),
    aud: resource.identifiers[0]!,
    roles: principal ? await directory.assignments.roles(tenant, principal.id, resource.appId) : [],
  }
  return {
    kind: 'app',
    directory,
    rules: deps.rules,
    facts: appFacts(directory, claims),
    claims,
    simulated: true,
  }
}

/** The same for an app that would act for a user, with every consented scope. */
export async function freshPersonSubject(
  deps: AccessDeps,
  { tenant, appId, address, protocol }: FreshSubjectRequest,
  user: User,
): Promise<PersonSubject & Opening> {
  const mailbox = mailboxFact(deps.directory, tenant, address)
  return { ...(await freshPerson(deps, { tenant, appId, user }, exchangeOnline)), protocol, address, mailbox }
}

async function freshPerson(
  deps: AccessDeps,
  { tenant, appId, user }: Pick<FreshSubjectRequest, 'tenant' | 'appId'> & { readonly user: User },
  resource: WellKnownResource,
): Promise<PersonSubject> {
  const { directory, rules } = deps
  const app = await directory.apps.identify(appId)
  const identity = { tid: tenant, appid: appId, oid: user.id }
  const scopes = await consentedScopes(directory, identity, resource.appId)
  return {
    kind: 'user',
    directory,
    rules,
    facts: personFacts(directory, identity),
    claims: {
      ...identity,
      iat: seconds(deps.world.now()),
      app_displayname: app?.displayName ?? appId,
      aud: resource.identifiers[0]!,
      name: user.displayName,
      scp: [...scopes].join(' '),
      upn: user.userPrincipalName,
    },
    simulated: true,
  }
}
