import type { Refusal } from '../../../core/refusal.ts'
import type { App } from '../../../domain/directory/types.ts'
import { deny } from '../errors/errors.ts'
import { descriptionOf, failureOf } from '../errors/failure.ts'
import type { Form } from '../form.ts'
import type { Person } from '../person.ts'
import { actingAs, mayConsentForAll, mayGrantGraph } from './administrators.ts'
import { requestingApp, readQuery, requestedTenant } from './authorize-request.ts'
import { askToAccept, type Put, consentId, sendToAdministrator, takeIn } from './consenting.ts'
import type { RequestingApp, PendingRequest } from './pending-request.ts'
import {
  giveForAll,
  grantsGraphRoles,
  type Permissions,
  requestedPermissions,
  rolesInWords,
  grantedScope,
  scopesInWords,
} from './permissions-asked.ts'
import { ownSchemes, registeredRedirect, reply, type ReplyAddress } from './redirect.ts'
import type { PageRequest } from './page-request.ts'

/**
 * An administrator is sent here to give an app, for the whole tenant, what it needs (docs/reference/identity.md §6).
 */
export async function adminConsentAsker(visit: PageRequest): Promise<RequestingApp> {
  const { told, http } = visit
  const query = readQuery(http.query)
  const tenant = await requestedTenant(visit)
  const app = await requestingApp(visit, query.need('client_id'), tenant)
  const redirect = registeredRedirect(app, query.need('redirect_uri'))
  // docs/reference/identity.md §1.2: version 2 takes `organizations`, and not this.
  if (told.version === 'v2' && told.tenant.toLowerCase() === 'common') deny(90130, app.appId, app.displayName)
  const address: ReplyAddress = { app: app.displayName, uri: redirect.uri, mode: 'query', state: query.get('state') }
  return {
    app,
    tenant,
    pendingRequest: async () =>
      pendingRequestOf(address, app, told.version === 'v2' ? query.need('scope') : undefined, query),
    refused: (refusal) => reply(visit, address, errorParameters(visit, refusal)),
  }
}

function pendingRequestOf(address: ReplyAddress, app: App, scope: string | undefined, query: Form): PendingRequest {
  const asked = (visit: PageRequest, { tenant }: Person) => requestedPermissions(visit, app, tenant, scope)
  const ask = (visit: PageRequest, person: Person, permissions: readonly Permissions[]) =>
    askToAccept(visit, app, person, ownSchemes(address), { ...wordsOf(visit, permissions), forAll: 'always' })
  return {
    // Not a client's to ask for: by it somebody begins again as somebody else.
    prompts: new Set(query.get('prompt') === 'select_account' ? ['select_account'] : []),
    loginHint: undefined,
    maxAge: undefined,
    schemes: ownSchemes(address),
    async proceed(visit, person) {
      const permissions = await asked(visit, person)
      return (await mayGive(visit, person, permissions))
        ? ask(visit, person, permissions)
        : sendToAdministrator(visit, app, person, ownSchemes(address))
    },
    async consented(visit, person, answer) {
      if (answer.says === 'cancel') deny(65004)
      const permissions = await asked(visit, person)
      if (!(await mayGive(visit, person, permissions))) deny(90094, app.appId, app.displayName)
      if (answer.to !== consentId(wordsOf(visit, permissions))) return ask(visit, person, permissions)
      const directory = actingAs(visit, person)
      const { tenant } = person
      const client = await takeIn(directory, app, tenant)
      await giveForAll(directory, tenant, client, permissions)
      visit.attempt.passed('consent', `${person.user.userPrincipalName} consented for the whole tenant.`)
      visit.attempt.granted()
      const given = scope === undefined ? {} : { scope: grantedScope(permissions) }
      return reply(visit, address, { admin_consent: 'True', tenant: tenant.id, ...given })
    },
  }
}

const wordsOf = ({ texts }: PageRequest, permissions: readonly Permissions[]): Put => ({
  roles: rolesInWords(texts, permissions),
  scopes: scopesInWords(texts, permissions),
})

async function mayGive({ people }: PageRequest, person: Person, permissions: readonly Permissions[]): Promise<boolean> {
  return grantsGraphRoles(permissions) ? mayGrantGraph(people.deps, person) : mayConsentForAll(people.deps, person)
}

/** docs/reference/identity.md §6: the two versions do not fail alike. */
function errorParameters({ people, http, told }: PageRequest, refusal: Refusal) {
  const failure = failureOf(people.deps.world, refusal, http)
  const canceled = failure.code === 65004
  const [error, description] = [failure.error, descriptionOf(failure)]
  if (told.version === 'v2') {
    return { admin_consent: 'True', error: canceled ? 'consent_required' : error, error_description: description }
  }
  return canceled
    ? { error: 'permission_denied', error_description: 'The admin canceled the request' }
    : { error, error_description: description }
}
