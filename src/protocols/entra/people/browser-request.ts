import { MINUTE } from '../../../core/time.ts'
import type { HttpAnswer, HttpRequest } from '../../../core/http.ts'
import type { AppId, Guid } from '../../../core/ids.ts'
import { networkOf } from '../../../core/network.ts'
import { Refusal } from '../../../core/refusal.ts'
import type { World } from '../../../core/world.ts'
import type { Browser } from '../../../web/cookies.ts'
import { FormStates } from '../../../web/form-state.ts'
import type { Attempt } from '../attempt/attempt.ts'
import type { EntraDeps } from '../deps.ts'
import { failureOf } from '../errors/failure.ts'
import type { FormTarget } from '../../../web/html.ts'
import { failurePage } from '../pages/notice-pages.ts'
import { type LocalizedPage, pageAnswer } from '../pages/page.ts'
import type { Texts } from '../pages/texts/english.ts'
import type { FlowRequest, FlowState } from './flow-state.ts'

/** One request of a browser to the sign-in pages. */
export interface BrowserRequest {
  readonly people: People
  readonly http: HttpRequest
  readonly texts: Texts
  readonly browser: Browser
  readonly flow: FlowRequest
  readonly attempt: Attempt
}

/** The dependencies of the sign-in pages. */
export interface People {
  readonly deps: EntraDeps
  readonly flowStates: FormStates<FlowState>
  readonly deviceCodeThrottle: DeviceCodeThrottle
  readonly sessionApps: SessionApps
}

export const showPage = (request: BrowserRequest, page: Omit<LocalizedPage, 'texts' | 'headers'>): HttpAnswer =>
  pageAnswer(request.http, { ...page, texts: request.texts, headers: request.browser.headers })

/** Returns the target of a form, with its signed state. */
export const formOf = ({ people, browser, flow }: BrowserRequest, flowState: Omit<FlowState, 'flow'>): FormTarget => ({
  action: `/sign-in/${flowState.step}`,
  state: people.flowStates.sign(browser.id, { ...flowState, flow }),
})

/** Answers with an error page for the user. */
export function errorPage(request: BrowserRequest, thrown: unknown): HttpAnswer {
  const { people, http, texts } = request
  const failure = failureOf(people.deps.world, thrown, http)
  const { path, from, log } = http
  if (thrown instanceof Refusal) log.info({ aadsts: failure.code, path, from }, 'A sign-in page showed an error')
  else log.error({ err: thrown, path }, 'A request to a sign-in page failed')
  const why = failure.code === 50089 ? texts.error.expired : texts.error.text
  return showPage(request, { ...failurePage(texts, failure, why), status: failure.status })
}

export const createPeople = (deps: EntraDeps): People => ({
  deps,
  flowStates: new FormStates(deps.world),
  deviceCodeThrottle: new DeviceCodeThrottle(deps.world),
  sessionApps: new SessionApps(),
})

const MOST_SESSIONS = 10_000

const MOST_APPS = 20

/**
 * The apps that each session signed in to: at sign-out the browser does not tell the app. The list is in memory and
 * bounded. A session that is not in it signs out without the link back to the app.
 */
export class SessionApps {
  readonly #apps = new Map<Guid, readonly AppId[]>()

  note(session: Guid, app: AppId): void {
    const before = this.of(session).filter((it) => it !== app)
    this.#apps.delete(session)
    this.#apps.set(session, [app, ...before].slice(0, MOST_APPS))
    if (this.#apps.size > MOST_SESSIONS) this.#apps.delete(this.#apps.keys().next().value!)
  }

  /** Returns the apps, the latest first. */
  of(session: Guid): readonly AppId[] {
    return this.#apps.get(session) ?? []
  }

  forget(session: Guid): void {
    this.#apps.delete(session)
  }
}

/** The most wrong codes from one network within the window. */
const MOST = 20

const WINDOW = 15 * MINUTE

/** The most networks in memory; the oldest is removed. */
const MOST_NETWORKS = 10_000

/**
 * Counts wrong device codes by network for a quarter of an hour. A code has 45 random bits and expires within the
 * window, so guesses from many networks do not help.
 */
export class DeviceCodeThrottle {
  readonly #world: World
  #began = 0
  readonly #wrong = new Map<string, number>()

  constructor(world: World) {
    this.#world = world
  }

  tooMany(address: string): boolean {
    this.#startWindow()
    return (this.#wrong.get(networkOf(address)) ?? 0) >= MOST
  }

  wrong(address: string): void {
    this.#startWindow()
    const network = networkOf(address)
    this.#wrong.set(network, (this.#wrong.get(network) ?? 0) + 1)
    if (this.#wrong.size > MOST_NETWORKS) this.#wrong.delete(this.#wrong.keys().next().value!)
  }

  #startWindow(): void {
    if (this.#world.elapsed() - this.#began < WINDOW) return
    this.#began = this.#world.elapsed()
    this.#wrong.clear()
  }
}
