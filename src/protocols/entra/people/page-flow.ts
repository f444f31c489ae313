import type { HttpAnswer, HttpRequest } from '../../../core/http.ts'
import { Attempt } from '../attempt/attempt.ts'
import { deny } from '../errors/errors.ts'
import { type Form, readForm } from '../form.ts'
import { textsFor } from '../pages/page.ts'
import { adminConsentAsker } from './admin-consent.ts'
import { authorizeAsker } from './authorize.ts'
import { browserOf, knownBrowser } from './browser.ts'
import { deviceAsker } from './device.ts'
import type { RequestingApp, PendingRequest, FlowRequest } from './pending-request.ts'
import { failing, type PageRequest, type People, refusing } from './page-request.ts'
import { ownPasswordsAsker } from './own-passwords.ts'
import type { FlowState, FlowStep } from './flow-state.ts'

const askers = {
  authorize: authorizeAsker,
  'admin-consent': adminConsentAsker,
  device: deviceAsker,
  'own-passwords': ownPasswordsAsker,
} satisfies Record<FlowRequest['kind'], (visit: PageRequest) => Promise<RequestingApp>>

/** What is known when a person's turn has come. */
export interface FlowTurn {
  readonly visit: PageRequest
  readonly asker: RequestingApp
  readonly pendingRequest: PendingRequest
}

/** Nothing that anybody asks for is longer: it goes from page to page with the person. */
export const LONGEST_QUERY = 8192

/** Does a person's turn. What is refused is said to the asker where that is safe, and to the person where not. */
export async function runPageFlow(
  people: People,
  http: HttpRequest,
  told: FlowRequest,
  work: (turn: FlowTurn) => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  const visit = pageRequestOf(people, http, told)
  let asker: RequestingApp | undefined
  try {
    if (told.query.length > LONGEST_QUERY) deny(9002313)
    asker = await askers[told.kind](visit)
    return await work({ visit, asker, pendingRequest: await asker.pendingRequest() })
  } catch (thrown) {
    return refusing(visit, asker, thrown)
  }
}

/** A form that was sent, and what stood in it. */
export interface SubmittedForm extends FlowTurn {
  readonly form: Form
  readonly standing: FlowState
}

/** Takes up the conversation where a form left it. A form that is not this browser's is a page's, and nobody's affair. */
export async function submitted(
  people: People,
  http: HttpRequest,
  step: FlowStep,
  work: (submitted: SubmittedForm) => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  try {
    const form = readForm(http)
    const standing = people.seal.open(knownBrowser(http), form.get('sealed'), step)
    return await runPageFlow(people, http, standing.told, (turn) => work({ ...turn, form, standing }))
  } catch (thrown) {
    return failing(pageRequestOf(people, http), thrown)
  }
}

const nothingTold: FlowRequest = { kind: 'authorize', version: 'v2', tenant: '', query: '' }

/** What was told in the beginning stays what was asked for: the language and the correlation id are read from it. */
export function pageRequestOf(people: People, http: HttpRequest, told: FlowRequest = nothingTold): PageRequest {
  const { deps } = people
  const query = new URLSearchParams(told.query)
  const asked = { ...http, query }
  const attempt = new Attempt(deps, asked)
  attempt.knows({ kind: 'interactiveUser' })
  const texts = textsFor(query, http.headers['accept-language'])
  return { people, http: asked, told, texts, browser: browserOf(http, deps.world), attempt }
}
