import type { HttpAnswer, HttpRequest } from '../../../core/http.ts'
import { readForm } from '../form.ts'
import { codeEntryPage, deviceConfirmPage } from '../pages/notice-pages.ts'
import { type SubmittedForm, browserRequestOf, submittedState } from './page-flow.ts'
import { decline } from './device.ts'
import type { FlowRequest } from './flow-state.ts'
import { errorPage, formOf, type BrowserRequest, type People, showPage } from './browser-request.ts'
import { startSignIn } from './sign-in.ts'

/** Shows the page that asks for the code. */
export function showCodeEntry(people: People, http: HttpRequest): HttpAnswer {
  return askForCode(browserRequestOf(people, http, deviceFlow(http.query)), '')
}

const deviceFlow = (query: URLSearchParams): FlowRequest => {
  return { kind: 'device', version: 'v2', tenant: 'common', query: query.toString() }
}

function askForCode(request: BrowserRequest, code: string, problem?: string): HttpAnswer {
  const target = { ...formOf(request, { step: 'device-code' }), action: '/devicelogin' }
  return showPage(request, codeEntryPage(request.texts, { code, problem, target }))
}

/**
 * Checks a typed code. The page does not tell an unknown code from a used or expired one. For a valid code it names the
 * app and its address before it continues, because somebody else may have sent the code to the user.
 */
export async function submitCode(people: People, http: HttpRequest): Promise<HttpAnswer> {
  const { deps, deviceCodeThrottle } = people
  try {
    const form = readForm(http)
    const { flow } = submittedState(people, http, form, 'device-code')
    const request = browserRequestOf(people, http, flow)
    const { texts } = request
    if (deviceCodeThrottle.tooMany(http.from)) return askForCode(request, '', texts.device.tooMany)
    const code = form.get('code') ?? ''
    const waiting = await deps.authorizations.devices.waiting(code)
    const app = waiting && (await deps.directory.apps.findAnywhere(waiting.appId))
    if (!app) {
      deviceCodeThrottle.wrong(http.from)
      return askForCode(request, code, texts.device.wrong)
    }
    const query = new URLSearchParams(flow.query)
    query.set('code', code)
    const target = formOf({ ...request, flow: deviceFlow(query) }, { step: 'device' })
    return showPage(request, deviceConfirmPage(texts, { app: app.displayName, from: waiting.from, target }))
  } catch (thrown) {
    return errorPage(browserRequestOf(people, http), thrown)
  }
}

/** Continues after the user confirmed the app. */
export const confirmDevice = ({ form, ...pageFlow }: SubmittedForm): Promise<HttpAnswer> =>
  form.get('answer') === 'go-on' ? startSignIn(pageFlow) : decline(pageFlow.request, pageFlow.requester.app)
