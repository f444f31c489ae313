import type { HttpAnswer } from '../../../core/http.ts'
import type { Refusal } from '../../../core/refusal.ts'
import type { App, Tenant } from '../../../domain/directory/types.ts'
import type { Person } from '../person.ts'
import type { Prompt } from './authorize-request.ts'
import type { BrowserRequest } from './browser-request.ts'

/** The app, or the server itself, that a user signs in for. */
export interface RequestingApp {
  readonly app: Pick<App, 'displayName' | 'tenant'>
  /** Undefined for a path of many tenants. */
  readonly tenant: Tenant | undefined
  /** Parses the rest of the request. Its refusals go to `refused`. */
  pendingRequest(): Promise<PendingRequest>
  /** Answers the app with an error, or the user if the app cannot get it. */
  refused(refusal: Refusal): HttpAnswer
}

/** A user's answer to the consent page. */
export interface ConsentAnswer {
  readonly says: 'accept' | 'accept-for-all' | 'cancel'
  /** Identifies the permissions that the page listed; undefined if it listed none. */
  readonly to: string | undefined
}

/** The request that continues after the sign-in. */
export interface PendingRequest {
  /** The prompts that the request demands, even if a user is signed in. */
  readonly prompts: ReadonlySet<Prompt>
  readonly loginHint: string | undefined
  /** The longest age of the sign-in in seconds (OpenID Connect Core 1.0 §3.1.2.1). */
  readonly maxAge: number | undefined
  /** URL schemes of the app's own that the response may go to. */
  readonly schemes: readonly string[]
  /** Answers the app, or shows a consent page. */
  proceed(request: BrowserRequest, person: Person): Promise<HttpAnswer>
  /** Continues after the consent page. */
  consented(request: BrowserRequest, person: Person, answer: ConsentAnswer): Promise<HttpAnswer>
}
