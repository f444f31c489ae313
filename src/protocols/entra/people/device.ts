import type { HttpAnswer } from '../../../core/http.ts'
import type { DeviceRequest } from '../../../domain/authorization/types.ts'
import type { App } from '../../../domain/directory/types.ts'
import { parseRequestedScope } from '../scopes/asked-scope.ts'
import { deny, refusalOf } from '../errors/errors.ts'
import { noticePage } from '../pages/notice-pages.ts'
import type { Person } from '../person.ts'
import { consentPromptFor, askForConsent, isOpen, keepAnswer } from './consenting.ts'
import type { RequestingApp, PendingRequest } from './pending-request.ts'
import { failing, type PageRequest, show } from './page-request.ts'

/** A device waits for a person (docs/reference/identity.md §7.2). It asks for itself, so only the person is told. */
export async function deviceAsker(visit: PageRequest): Promise<RequestingApp> {
  const { authorizations, directory } = visit.people.deps
  const request = (await authorizations.devices.waiting(codeIn(visit))) ?? deny(70019)
  const app = (await directory.apps.findAnywhere(request.appId)) ?? deny(700016, request.appId, '')
  const tenant = request.tenant && (await directory.tenants.find(request.tenant))
  visit.attempt.knows({ app })
  return {
    app,
    tenant,
    pendingRequest: async () => pendingRequestOf({ request, app }),
    refused: (refusal) => failing(visit, refusal),
  }
}

/** As the person typed it. */
const codeIn = ({ http }: PageRequest): string => http.query.get('code') ?? ''

interface Waiting {
  readonly request: DeviceRequest
  readonly app: App
}

function pendingRequestOf(waiting: Waiting): PendingRequest {
  const { app, request } = waiting
  const asked = (visit: PageRequest, person: Person) =>
    consentPromptFor(visit, app, parseRequestedScope(request.scope, request.resource), person)
  return {
    // Whoever holds the device may not be who is signed in here.
    prompts: new Set(['select_account']),
    loginHint: undefined,
    maxAge: undefined,
    schemes: [],
    async proceed(visit, person) {
      const what = await asked(visit, person)
      return isOpen(what) ? askForConsent(visit, what, person, []) : approve(visit, waiting, person)
    },
    async consented(visit, person, answer) {
      if (answer.says === 'cancel') return decline(visit, app)
      const what = await asked(visit, person)
      return (await keepAnswer(visit, what, person, answer))
        ? approve(visit, waiting, person)
        : askForConsent(visit, what, person, [])
    },
  }
}

async function approve(
  visit: PageRequest,
  { request, app }: Waiting,
  { signedIn, tenant }: Person,
): Promise<HttpAnswer> {
  const { appId, scope, resource } = request
  const { devices } = visit.people.deps.authorizations
  if (!(await devices.approve(codeIn(visit), { signedIn, appId, scope, resource, nonce: undefined }))) deny(70019)
  visit.attempt.granted()
  const { doneTitle, done } = visit.texts.device
  return show(visit, { ...noticePage(doneTitle, done(app.displayName)), context: tenant.displayName })
}

/** The person wants nothing of it: the device hears so at its next question. */
export async function decline(visit: PageRequest, { displayName }: Pick<App, 'displayName'>): Promise<HttpAnswer> {
  await visit.people.deps.authorizations.devices.decline(codeIn(visit))
  visit.attempt.refused(refusalOf(65004))
  const { declinedTitle, declined } = visit.texts.device
  return show(visit, noticePage(declinedTitle, declined(displayName)))
}
