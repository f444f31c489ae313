import type { Log } from './log.ts'

/** An HTTP request as a protocol sees it: already bounded in size, names of headers in lower case. */
export interface HttpRequest {
  readonly method: string
  /** The path as sent, without the query. */
  readonly path: string
  /** What the route's `:name` places held, percent-decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Uint8Array
  /** The caller's address. */
  readonly from: string
  /** The base URL under which the caller reached us: `https://host:port`. */
  readonly base: string
  /** A GUID that names this request in the log and in answers. */
  readonly id: string
  readonly log: Log
}

export interface HttpAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** Objects go out as JSON, strings and bytes as they are, a stream as it comes. */
  readonly body?: object | string | Uint8Array | AsyncIterable<Uint8Array>
}

export type Verb = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE' | 'OPTIONS'

/** A route is data: one adapter registers it, a test calls `run`. */
export interface Route {
  readonly verb: Verb
  /** Literal segments and `:name` places; literal segments are matched in any letter case. */
  readonly path: string
  /** Largest body taken, in octets; the adapter's own bound when absent. */
  readonly bodyLimit?: number
  /**
   * Looks at a request before its body is taken in, and throws to refuse it: for bodies so large that nobody may send
   * one unasked. `body` is empty here.
   */
  admit?(request: HttpRequest): Promise<unknown>
  run(request: HttpRequest): Promise<HttpAnswer>
}

/** One protocol over HTTP: its routes, the paths that are its own, and its way to say no. */
export interface HttpService {
  readonly name: string
  readonly routes: readonly Route[]
  /** Whether an unrouted path belongs to this service, so that the refusal is spoken in its form. */
  owns(path: string): boolean
  /** Turns a URL of the protocol's own notation into one that the routes match. */
  rewrite?(url: string): string
  /** The wire answer for what a route threw; `undefined` stands for "no such route". */
  failure(thrown: unknown, request: HttpRequest): HttpAnswer
}

/** `route('GET /health', run)`. */
export const route = (
  signature: `${Verb} /${string}`,
  run: Route['run'],
  options: Pick<Route, 'bodyLimit' | 'admit'> = {},
): Route => {
  const [verb, path] = signature.split(' ') as [Verb, string]
  return { verb, path, run, ...options }
}

/** The token of an `Authorization: Bearer` header, if there is one. */
export const bearerOf = (request: HttpRequest): string | undefined =>
  /^bearer +([\w.~+/=-]+)$/i.exec(request.headers.authorization?.trim() ?? '')?.[1]
