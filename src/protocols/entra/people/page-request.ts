import type { HttpAnswer, HttpRequest } from '../../../core/http.ts'
import type { Attempt } from '../attempt/attempt.ts'
import { type FormTarget } from '../pages/form.ts'
import { type Page, pageAnswer } from '../pages/page.ts'
import type { Texts } from '../pages/texts/english.ts'
import type { Browser } from './browser.ts'
import type { FlowRequest } from './pending-request.ts'
import type { People } from './people.ts'
import type { FlowState } from './flow-state.ts'

/** One request of a person's browser on the way through the pages. */
export interface PageRequest {
  readonly people: People
  readonly http: HttpRequest
  readonly texts: Texts
  readonly browser: Browser
  readonly told: FlowRequest
  readonly attempt: Attempt
}

export const show = (visit: PageRequest, page: Omit<Page, 'texts' | 'headers'>): HttpAnswer =>
  pageAnswer(visit.http, { ...page, texts: visit.texts, headers: visit.browser.headers })

/** A form of this visit. */
export const formOf = ({ people, browser, told }: PageRequest, standing: Omit<FlowState, 'told'>): FormTarget => ({
  action: `/sign-in/${standing.step}`,
  sealed: people.seal.close(browser.id, { ...standing, told }),
})
