import type { HttpAnswer } from '../../../core/http.ts'
import type { Refusal } from '../../../core/refusal.ts'
import type { App } from '../../../domain/directory/types.ts'
import { type RequestedScope, parseRequestedScope } from '../scopes/scope.ts'
import { denyAs } from '../errors/errors.ts'
import { descriptionOf, failureOf } from '../errors/failure.ts'
import { clientInfoOf, idTokenFor } from '../issuing/user-tokens.ts'
import type { Person } from '../person.ts'
import {
  requestingApp,
  type AuthorizeRequest,
  authorizeRequest,
  readQuery,
  replyMode,
  requestedTenant,
} from './authorize-request.ts'
import { consentPromptFor, askForConsent, needsConsent, storeConsent } from './consent-prompt.ts'
import type { RequestingApp, PendingRequest } from './pending-request.ts'
import { ownSchemes, type Redirect, registeredRedirect, reply, type ReplyAddress } from './redirect.ts'
import type { BrowserRequest } from './browser-request.ts'

/**
 * An app sends a user for an authorization code or an ID token. Errors are shown on a page until the redirect URI is
 * known to belong to the app; after that the app gets them (docs/reference/identity.md §7.1).
 */
export async function authorizeRequester(request: BrowserRequest): Promise<RequestingApp> {
  const query = readQuery(request.http.query)
  const tenant = await requestedTenant(request)
  const app = await requestingApp(request, query.need('client_id'), tenant)
  const redirect = registeredRedirect(app, query.need('redirect_uri'))
  const mode = replyMode(query, redirect)
  const address = { app: app.displayName, uri: redirect.uri, mode, state: query.get('state') }
  const { version } = request.flow
  return {
    app,
    tenant,
    pendingRequest: async () =>
      pendingRequestOf({ app, redirect, address, ...authorizeRequest(query, { version, app, redirect }) }),
    refused: (refusal) => reply(request, address, errorParameters(request, refusal)),
  }
}

interface Authorizing extends AuthorizeRequest {
  readonly app: App
  readonly redirect: Redirect
  readonly address: ReplyAddress
}

function pendingRequestOf(authorizing: Authorizing): PendingRequest {
  const scope = parseRequestedScope(authorizing.scope, authorizing.resource)
  return {
    prompts: authorizing.prompts,
    loginHint: authorizing.loginHint,
    maxAge: authorizing.maxAge,
    schemes: ownSchemes(authorizing.redirect),
    proceed: (request, person) => proceed(request, authorizing, scope, person),
    consented: async (request, person, answer) => {
      const requested = await consentPromptFor(request, authorizing.app, scope, person)
      return (await storeConsent(request, requested, person, answer))
        ? issue(request, authorizing, scope, person)
        : askForConsent(request, requested, person, ownSchemes(authorizing.redirect))
    },
  }
}

async function proceed(
  request: BrowserRequest,
  authorizing: Authorizing,
  scope: RequestedScope,
  person: Person,
): Promise<HttpAnswer> {
  const { app, prompts } = authorizing
  const requested = await consentPromptFor(request, app, scope, person)
  if (!prompts.has('consent') && !needsConsent(requested)) return issue(request, authorizing, scope, person)
  // OpenID Connect Core 1.0 §3.1.2.6: this error has another name here.
  if (prompts.has('none')) denyAs('consent_required', 65001, app.appId, app.displayName)
  return askForConsent(request, requested, person, ownSchemes(authorizing.redirect))
}

/** docs/reference/identity.md §7.1: issues the code and the ID token. */
async function issue(
  request: BrowserRequest,
  authorizing: Authorizing,
  scope: RequestedScope,
  person: Person,
): Promise<HttpAnswer> {
  const { app, responseType, nonce } = authorizing
  const code = responseType === 'id_token' ? undefined : await issueCode(request, authorizing, person)
  const id_token =
    responseType === 'code'
      ? undefined
      : await idTokenFor(request.people.deps, request.http, {
          app,
          version: request.flow.version,
          person,
          requested: scope,
          nonce,
          code,
        })
  request.people.sessionApps.note(person.signedIn.session, app.appId)
  request.attempt.passed(
    'consent',
    `What the app asks for is consented to, for ${person.user.userPrincipalName} or everybody.`,
  )
  request.attempt.granted()
  return reply(request, authorizing.address, {
    code,
    id_token,
    client_info: authorizing.clientInfo ? clientInfoOf(person) : undefined,
    session_state: person.signedIn.session,
  })
}

const issueCode = ({ people }: BrowserRequest, authorizing: Authorizing, { signedIn }: Person): Promise<string> =>
  people.deps.authorizations.codes.issue({
    signedIn,
    appId: authorizing.app.appId,
    scope: authorizing.scope,
    resource: authorizing.resource,
    nonce: authorizing.nonce,
    redirectUri: authorizing.redirect.uri,
    challenge: authorizing.challenge,
    singlePage: authorizing.redirect.kind === 'spa',
  })

/** docs/reference/identity.md §7.1: only the token endpoint answers `invalid_grant`. */
function errorParameters({ people, http }: BrowserRequest, refusal: Refusal) {
  const failure = failureOf(people.deps.world, refusal, http)
  const error = failure.error === 'invalid_grant' ? 'invalid_request' : failure.error
  return { error, error_description: descriptionOf(failure) }
}
