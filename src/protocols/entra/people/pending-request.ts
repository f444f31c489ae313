import type { HttpAnswer } from '../../../core/http.ts'
import type { Refusal } from '../../../core/refusal.ts'
import type { App, Tenant } from '../../../domain/directory/types.ts'
import type { Person } from '../person.ts'
import type { Prompt } from './authorize-request.ts'
import type { BrowserRequest } from './browser-request.ts'

/** Whoever sent a person here, once it is known who that is. */
export interface RequestingApp {
  readonly app: Pick<App, 'displayName' | 'tenant'>
  /** Undefined where the path names no single one. */
  readonly tenant: Tenant | undefined
  /** Reads the rest of what was asked for. What it refuses goes to `refused`. */
  pendingRequest(): Promise<PendingRequest>
  /** The asker is told, or the person where the asker cannot be. */
  refused(refusal: Refusal): HttpAnswer
}

/** What a person says to the question of what an app may do. */
export interface ConsentAnswer {
  readonly says: 'accept' | 'accept-for-all' | 'cancel'
  /** The question that was put, by its name; undefined where none was. */
  readonly to: string | undefined
}

/** What is done once a person is signed in. */
export interface PendingRequest {
  /** What the asker says of signing in, whoever is signed in already. */
  readonly prompts: ReadonlySet<Prompt>
  readonly loginHint: string | undefined
  /** Seconds for which a sign-in is recent enough (OpenID Connect Core 1.0 §3.1.2.1). */
  readonly maxAge: number | undefined
  /** Schemes of the asker's own that the answer goes to. */
  readonly schemes: readonly string[]
  /** Ends with an answer to the asker, or with a question to the person. */
  proceed(request: BrowserRequest, person: Person): Promise<HttpAnswer>
  /** Goes on from that question. */
  consented(request: BrowserRequest, person: Person, answer: ConsentAnswer): Promise<HttpAnswer>
}
