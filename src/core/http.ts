import type { Log } from './log.ts'

/** An HTTP request as a protocol sees it: already bounded in size, names of headers in lower case. */
export interface HttpRequest {
  readonly method: string
  /** The path as sent, without the query. */
  readonly path: string
  /** The values of the route's `:name` segments, percent-decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Uint8Array
  /** The caller's address. */
  readonly from: string
  /** The base URL under which the caller reached us: `https://host:port`, always a valid URL. */
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
  /** Whether a route without {@link Route.admit} accepted the caller. */
  readonly accepted?: boolean
}

export type Verb = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE' | 'OPTIONS'

/**
 * The caller that the headers of a request authenticate. `id`: the name that connections and memory are counted under.
 */
export interface Admitted<Caller = unknown> {
  readonly id: string
  readonly caller: Caller
}

/** A route is data: one adapter registers it, a test calls `run`. */
export interface Route {
  readonly verb: Verb
  /** Literal segments, matched in any letter case, and `:name` segments. */
  readonly path: string
  /** Largest body in octets, 0 for none; by default the limit of the adapter. */
  readonly bodyLimit?: number
  /** Authenticates the caller by the headers, before the body is read. Throws to refuse. `body` is empty here. */
  readonly admit?: (request: HttpRequest) => Promise<Admitted>
  /** `caller`: the result of {@link admit}. */
  run(request: HttpRequest, caller?: unknown): Promise<HttpAnswer>
}

/** One protocol over HTTP: its routes, its paths, and the form of its errors. */
export interface HttpService {
  readonly name: string
  readonly routes: readonly Route[]
  /** Whether a path without a route belongs to this service, whose error form the answer then has. */
  owns(path: string): boolean
  /** Converts a URL of the protocol's notation into one that the routes match. */
  rewrite?(url: string): string
  /** The answer for an error that a route threw; `undefined` means that no route matched. */
  failure(thrown: unknown, request: HttpRequest): HttpAnswer
}

type Signature = `${Verb} /${string}`

/** A route without authentication: `route('GET /health', run)`. */
export const route = (
  signature: Signature,
  run: (request: HttpRequest) => Promise<HttpAnswer>,
  options: Pick<Route, 'bodyLimit'> = {},
): Route => ({ ...partsOf(signature), run, ...options })

/** A route for callers with a token, which `admit` checks before the body is read. */
export const bearerRoute = <Caller>(
  signature: Signature,
  admit: (request: HttpRequest) => Promise<Admitted<Caller>>,
  run: (request: HttpRequest, caller: Caller) => Promise<HttpAnswer>,
  options: Pick<Route, 'bodyLimit'> = {},
): Route => ({
  ...partsOf(signature),
  admit,
  run: (request, caller) => run(request, caller as Caller),
  ...options,
})

function partsOf(signature: Signature): Pick<Route, 'verb' | 'path'> {
  const [verb, path] = signature.split(' ') as [Verb, string]
  return { verb, path }
}

/** The token of an `Authorization: Bearer` header, if there is one. */
export const bearerOf = (request: HttpRequest): string | undefined =>
  /^bearer +([\w.~+/=-]+)$/i.exec(request.headers.authorization?.trim() ?? '')?.[1]
