import type { HttpAnswer } from '../../../core/http.ts'
import type { DeviceRequest } from '../../../domain/authorization/types.ts'
import type { App } from '../../../domain/directory/types.ts'
import { parseRequestedScope } from '../scopes/scope.ts'
import { deny, refusalOf } from '../errors/errors.ts'
import { noticePage } from '../pages/notice-pages.ts'
import type { Person } from '../person.ts'
import { consentPromptFor, askForConsent, needsConsent, storeConsent } from './consent-prompt.ts'
import type { RequestingApp, PendingRequest } from './pending-request.ts'
import { errorPage, type BrowserRequest, showPage } from './browser-request.ts'

/** A device waits for a user (docs/reference/identity.md §7.2). Only the user sees errors, because no app sent them. */
export async function deviceRequester(request: BrowserRequest): Promise<RequestingApp> {
  const { authorizations, directory } = request.people.deps
  const deviceRequest = (await authorizations.devices.waiting(codeIn(request))) ?? deny(70019)
  const app = (await directory.apps.findAnywhere(deviceRequest.appId)) ?? deny(700016, deviceRequest.appId, '')
  const tenant = deviceRequest.tenant && (await directory.tenants.find(deviceRequest.tenant))
  request.attempt.knows({ app })
  return {
    app,
    tenant,
    pendingRequest: async () => pendingRequestOf({ deviceRequest, app }),
    refused: (refusal) => errorPage(request, refusal),
  }
}

/** Returns the code as the user typed it. */
const codeIn = ({ http }: BrowserRequest): string => http.query.get('code') ?? ''

interface Waiting {
  readonly deviceRequest: DeviceRequest
  readonly app: App
}

function pendingRequestOf(waiting: Waiting): PendingRequest {
  const { app, deviceRequest } = waiting
  const requested = (request: BrowserRequest, person: Person) =>
    consentPromptFor(request, app, parseRequestedScope(deviceRequest.scope, deviceRequest.resource), person)
  return {
    // The person with the device may not be the one who is signed in here.
    prompts: new Set(['select_account']),
    loginHint: undefined,
    maxAge: undefined,
    schemes: [],
    async proceed(request, person) {
      const what = await requested(request, person)
      return needsConsent(what) ? askForConsent(request, what, person, []) : approve(request, waiting, person)
    },
    async consented(request, person, answer) {
      if (answer.says === 'cancel') return decline(request, app)
      const what = await requested(request, person)
      return (await storeConsent(request, what, person, answer))
        ? approve(request, waiting, person)
        : askForConsent(request, what, person, [])
    },
  }
}

async function approve(
  request: BrowserRequest,
  { deviceRequest, app }: Waiting,
  { signedIn, tenant }: Person,
): Promise<HttpAnswer> {
  const { appId, scope, resource } = deviceRequest
  const { devices } = request.people.deps.authorizations
  if (!(await devices.approve(codeIn(request), { signedIn, appId, scope, resource, nonce: undefined }))) deny(70019)
  request.attempt.granted()
  const { doneTitle, done } = request.texts.device
  return showPage(request, { ...noticePage(doneTitle, done(app.displayName)), context: tenant.displayName })
}

/** Declines the request. The device gets the answer when it polls next. */
export async function decline(request: BrowserRequest, { displayName }: Pick<App, 'displayName'>): Promise<HttpAnswer> {
  await request.people.deps.authorizations.devices.decline(codeIn(request))
  request.attempt.refused(refusalOf(65004))
  const { declinedTitle, declined } = request.texts.device
  return showPage(request, noticePage(declinedTitle, declined(displayName)))
}
