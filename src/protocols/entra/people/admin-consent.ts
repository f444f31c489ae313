import type { Refusal } from '../../../core/refusal.ts'
import type { App } from '../../../domain/directory/types.ts'
import { deny } from '../errors/errors.ts'
import { descriptionOf, failureOf } from '../errors/failure.ts'
import type { Form } from '../form.ts'
import type { Person } from '../person.ts'
import { actingAs, mayConsentForAll, mayGrantGraph } from './administrators.ts'
import { requestingApp, readQuery, requestedTenant } from './authorize-request.ts'
import {
  showConsentPage,
  type ConsentPermissions,
  consentId,
  sendToAdministrator,
  addServicePrincipal,
} from './consent-prompt.ts'
import type { RequestingApp, PendingRequest } from './pending-request.ts'
import {
  grantForAll,
  grantsGraphRoles,
  type Permissions,
  requestedPermissions,
  describeRoles,
  grantedScope,
  describeScopes,
} from './requested-permissions.ts'
import { ownSchemes, registeredRedirect, reply, type ReplyAddress } from './redirect.ts'
import type { BrowserRequest } from './browser-request.ts'

/** An app sends an administrator to consent for the whole tenant (docs/reference/identity.md §6). */
export async function adminConsentRequester(request: BrowserRequest): Promise<RequestingApp> {
  const { flow, http } = request
  const query = readQuery(http.query)
  const tenant = await requestedTenant(request)
  const app = await requestingApp(request, query.need('client_id'), tenant)
  const redirect = registeredRedirect(app, query.need('redirect_uri'))
  // docs/reference/identity.md §1.2: v2 accepts `organizations` but not `common`.
  if (flow.version === 'v2' && flow.tenant.toLowerCase() === 'common') deny(90130, app.appId, app.displayName)
  const address: ReplyAddress = { app: app.displayName, uri: redirect.uri, mode: 'query', state: query.get('state') }
  return {
    app,
    tenant,
    pendingRequest: async () =>
      pendingRequestOf(address, app, flow.version === 'v2' ? query.need('scope') : undefined, query),
    refused: (refusal) => reply(request, address, errorParameters(request, refusal)),
  }
}

function pendingRequestOf(address: ReplyAddress, app: App, scope: string | undefined, query: Form): PendingRequest {
  const requested = (request: BrowserRequest, { tenant }: Person) => requestedPermissions(request, app, tenant, scope)
  const ask = (request: BrowserRequest, person: Person, permissions: readonly Permissions[]) =>
    showConsentPage(request, app, person, ownSchemes(address), { ...wordsOf(request, permissions), forAll: 'always' })
  return {
    // Clients cannot set it: the page's own link uses it to sign in as another user.
    prompts: new Set(query.get('prompt') === 'select_account' ? ['select_account'] : []),
    loginHint: undefined,
    maxAge: undefined,
    schemes: ownSchemes(address),
    async proceed(request, person) {
      const permissions = await requested(request, person)
      return (await mayGive(request, person, permissions))
        ? ask(request, person, permissions)
        : sendToAdministrator(request, app, person, ownSchemes(address))
    },
    async consented(request, person, answer) {
      if (answer.says === 'cancel') deny(65004)
      const permissions = await requested(request, person)
      if (!(await mayGive(request, person, permissions))) deny(90094, app.appId, app.displayName)
      if (answer.to !== consentId(wordsOf(request, permissions))) return ask(request, person, permissions)
      const directory = actingAs(request, person)
      const { tenant } = person
      const client = await addServicePrincipal(directory, app, tenant)
      await grantForAll(directory, tenant, client, permissions)
      request.attempt.passed('consent', `${person.user.userPrincipalName} consented for the whole tenant.`)
      request.attempt.granted()
      const given = scope === undefined ? {} : { scope: grantedScope(permissions) }
      return reply(request, address, { admin_consent: 'True', tenant: tenant.id, ...given })
    },
  }
}

const wordsOf = ({ texts }: BrowserRequest, permissions: readonly Permissions[]): ConsentPermissions => ({
  roles: describeRoles(texts, permissions),
  scopes: describeScopes(texts, permissions),
})

async function mayGive(
  { people }: BrowserRequest,
  person: Person,
  permissions: readonly Permissions[],
): Promise<boolean> {
  return grantsGraphRoles(permissions) ? mayGrantGraph(people.deps, person) : mayConsentForAll(people.deps, person)
}

/** docs/reference/identity.md §6: the two versions report errors differently. */
function errorParameters({ people, http, flow }: BrowserRequest, refusal: Refusal) {
  const failure = failureOf(people.deps.world, refusal, http)
  const canceled = failure.code === 65004
  const [error, description] = [failure.error, descriptionOf(failure)]
  if (flow.version === 'v2') {
    return { admin_consent: 'True', error: canceled ? 'consent_required' : error, error_description: description }
  }
  return canceled
    ? { error: 'permission_denied', error_description: 'The admin canceled the request' }
    : { error, error_description: description }
}
