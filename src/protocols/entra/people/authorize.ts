import type { HttpAnswer } from '../../../core/http.ts'
import type { Refusal } from '../../../core/refusal.ts'
import type { App } from '../../../domain/directory/types.ts'
import { type RequestedScope, parseRequestedScope } from '../scopes/asked-scope.ts'
import { denyAs } from '../errors/errors.ts'
import { descriptionOf, failureOf } from '../errors/failure.ts'
import { clientInfoOf, idTokenFor } from '../issuing/id-token.ts'
import type { Person } from '../person.ts'
import {
  requestingApp,
  type AuthorizeRequest,
  authorizeRequest,
  readQuery,
  replyMode,
  requestedTenant,
} from './authorize-request.ts'
import { consentPromptFor, askForConsent, isOpen, keepAnswer } from './consenting.ts'
import type { RequestingApp, PendingRequest } from './pending-request.ts'
import { ownSchemes, type Redirect, registeredRedirect, reply, type ReplyAddress } from './redirect.ts'
import type { PageRequest } from './page-request.ts'

/**
 * An app sends a person for an authorization code or an ID token. Until it is sure that the redirect URI is this app's,
 * what is wrong is said on a page; from then on the app hears of it (docs/reference/identity.md §7.1).
 */
export async function authorizeAsker(visit: PageRequest): Promise<RequestingApp> {
  const query = readQuery(visit.http.query)
  const tenant = await requestedTenant(visit)
  const app = await requestingApp(visit, query.need('client_id'), tenant)
  const redirect = registeredRedirect(app, query.need('redirect_uri'))
  const mode = replyMode(query, redirect)
  const address = { app: app.displayName, uri: redirect.uri, mode, state: query.get('state') }
  const { version } = visit.told
  return {
    app,
    tenant,
    pendingRequest: async () =>
      pendingRequestOf({ app, redirect, address, ...authorizeRequest(query, { version, app, redirect }) }),
    refused: (refusal) => reply(visit, address, errorParameters(visit, refusal)),
  }
}

interface Authorizing extends AuthorizeRequest {
  readonly app: App
  readonly redirect: Redirect
  readonly address: ReplyAddress
}

function pendingRequestOf(request: Authorizing): PendingRequest {
  const scope = parseRequestedScope(request.scope, request.resource)
  return {
    prompts: request.prompts,
    loginHint: request.loginHint,
    maxAge: request.maxAge,
    schemes: ownSchemes(request.redirect),
    proceed: (visit, person) => proceed(visit, request, scope, person),
    consented: async (visit, person, answer) => {
      const asked = await consentPromptFor(visit, request.app, scope, person)
      return (await keepAnswer(visit, asked, person, answer))
        ? issue(visit, request, scope, person)
        : askForConsent(visit, asked, person, ownSchemes(request.redirect))
    },
  }
}

async function proceed(
  visit: PageRequest,
  request: Authorizing,
  scope: RequestedScope,
  person: Person,
): Promise<HttpAnswer> {
  const { app, prompts } = request
  const asked = await consentPromptFor(visit, app, scope, person)
  if (!prompts.has('consent') && !isOpen(asked)) return issue(visit, request, scope, person)
  // OpenID Connect Core 1.0 §3.1.2.6: here it has a name of its own.
  if (prompts.has('none')) denyAs('consent_required', 65001, app.appId, app.displayName)
  return askForConsent(visit, asked, person, ownSchemes(request.redirect))
}

/** docs/reference/identity.md §7.1: what the app gets to redeem, and what it is told at once. */
async function issue(
  visit: PageRequest,
  request: Authorizing,
  scope: RequestedScope,
  person: Person,
): Promise<HttpAnswer> {
  const { app, responseType, nonce } = request
  const code = responseType === 'id_token' ? undefined : await issueCode(visit, request, person)
  const id_token =
    responseType === 'code'
      ? undefined
      : await idTokenFor(visit.people.deps, visit.http, {
          app,
          version: visit.told.version,
          person,
          asked: scope,
          nonce,
          code,
        })
  visit.people.visited.note(person.signedIn.session, app.appId)
  visit.attempt.passed(
    'consent',
    `What the app asks for is consented to, for ${person.user.userPrincipalName} or everybody.`,
  )
  visit.attempt.granted()
  return reply(visit, request.address, {
    code,
    id_token,
    client_info: request.clientInfo ? clientInfoOf(person) : undefined,
    session_state: person.signedIn.session,
  })
}

const issueCode = ({ people }: PageRequest, request: Authorizing, { signedIn }: Person): Promise<string> =>
  people.deps.authorizations.codes.issue({
    signedIn,
    appId: request.app.appId,
    scope: request.scope,
    resource: request.resource,
    nonce: request.nonce,
    redirectUri: request.redirect.uri,
    challenge: request.challenge,
    singlePage: request.redirect.kind === 'spa',
  })

/** docs/reference/identity.md §7.1: `invalid_grant` is a word of the token endpoint. */
function errorParameters({ people, http }: PageRequest, refusal: Refusal) {
  const failure = failureOf(people.deps.world, refusal, http)
  const error = failure.error === 'invalid_grant' ? 'invalid_request' : failure.error
  return { error, error_description: descriptionOf(failure) }
}
