import type { HttpAnswer, HttpRequest } from '../../../core/http.ts'
import { Refusal } from '../../../core/refusal.ts'
import { browserOf, knownBrowser } from '../../../web/cookies.ts'
import { FORM_STATE } from '../../../web/form-state.ts'
import { Attempt } from '../attempt/attempt.ts'
import { deny } from '../errors/errors.ts'
import { type Form, readForm } from '../form.ts'
import { textsFor } from '../pages/page.ts'
import { adminConsentRequester } from './admin-consent.ts'
import { authorizeRequester } from './authorize.ts'
import { deviceRequester } from './device.ts'
import type { FlowRequest, FlowState, FlowStep } from './flow-state.ts'
import { ownPasswordsRequester } from './own-passwords.ts'
import { type BrowserRequest, errorPage, type People } from './browser-request.ts'
import type { PendingRequest, RequestingApp } from './pending-request.ts'

const requesters = {
  authorize: authorizeRequester,
  'admin-consent': adminConsentRequester,
  device: deviceRequester,
  'own-passwords': ownPasswordsRequester,
} satisfies Record<FlowRequest['kind'], (request: BrowserRequest) => Promise<RequestingApp>>

/** The facts for one step of the pages. */
export interface PageFlow {
  readonly request: BrowserRequest
  readonly requester: RequestingApp
  readonly pendingRequest: PendingRequest
}

/** The longest query string: every form carries it. */
export const LONGEST_QUERY = 8192

/** Runs one step. A refusal goes to the app if that is safe, and to the user otherwise. */
export async function runPageFlow(
  people: People,
  http: HttpRequest,
  flow: FlowRequest,
  work: (pageFlow: PageFlow) => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  const request = browserRequestOf(people, http, flow)
  let requester: RequestingApp | undefined
  try {
    if (flow.query.length > LONGEST_QUERY) deny(9002313)
    requester = await requesters[flow.kind](request)
    return await work({ request, requester, pendingRequest: await requester.pendingRequest() })
  } catch (thrown) {
    return answerRefusal(request, requester, thrown)
  }
}

/** A submitted form, and its state. */
export interface SubmittedForm extends PageFlow {
  readonly form: Form
  readonly flowState: FlowState
}

/** Continues from a submitted form. A form of another browser gets an error page. */
export async function runSubmittedForm(
  people: People,
  http: HttpRequest,
  step: FlowStep,
  work: (submitted: SubmittedForm) => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  try {
    const form = readForm(http)
    const flowState = submittedState(people, http, form, step)
    return await runPageFlow(people, http, flowState.flow, (pageFlow) => work({ ...pageFlow, form, flowState }))
  } catch (thrown) {
    return errorPage(browserRequestOf(people, http), thrown)
  }
}

/** Refuses a form that has expired, was rendered for another browser, or belongs to another step. */
export function submittedState({ flowStates }: People, http: HttpRequest, form: Form, step: FlowStep): FlowState {
  const flowState = flowStates.verify(knownBrowser(http), form.get(FORM_STATE))
  return flowState?.step === step ? flowState : deny(50089)
}

const emptyFlow: FlowRequest = { kind: 'authorize', version: 'v2', tenant: '', query: '' }

/** The language and the correlation id come from the first request of the flow. */
export function browserRequestOf(people: People, http: HttpRequest, flow: FlowRequest = emptyFlow): BrowserRequest {
  const { deps } = people
  const query = new URLSearchParams(flow.query)
  const requested = { ...http, query }
  const attempt = new Attempt(deps, requested)
  attempt.knows({ kind: 'interactiveUser' })
  const texts = textsFor(query, http.headers['accept-language'])
  return { people, http: requested, flow, texts, browser: browserOf(http, deps.world), attempt }
}

/** Ends a sign-in that failed. The app gets the error if that is safe, and the user otherwise. */
export function answerRefusal(
  request: BrowserRequest,
  requester: RequestingApp | undefined,
  thrown: unknown,
): HttpAnswer {
  request.attempt.refused(thrown)
  // Apps get only errors that have a code.
  return requester && thrown instanceof Refusal && thrown.detail.aadsts
    ? requester.refused(thrown)
    : errorPage(request, thrown)
}
