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
  /** Whether a route without {@link Route.admit} accepted who the client proved to be. */
  readonly accepted?: boolean
}

export type Verb = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE' | 'OPTIONS'

/** Whom the headers of a request prove to call. `id` names the caller where connections and memory are shared out. */
export interface Admitted<Caller = unknown> {
  readonly id: string
  readonly caller: Caller
}

/** A route is data: one adapter registers it, a test calls `run`. */
export interface Route {
  readonly verb: Verb
  /** Literal segments and `:name` places; literal segments are matched in any letter case. */
  readonly path: string
  /** Largest body read, in octets, 0 for none; the adapter's own limit when absent. */
  readonly bodyLimit?: number
  /** Judges the caller by the headers, before the body is read, and throws to refuse. `body` is empty here. */
  readonly admit?: (request: HttpRequest) => Promise<Admitted>
  /** `caller` is whom {@link admit} found. */
  run(request: HttpRequest, caller?: unknown): Promise<HttpAnswer>
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

type Signature = `${Verb} /${string}`

/** A route that everybody may call: `route('GET /health', run)`. */
export const route = (
  signature: Signature,
  run: (request: HttpRequest) => Promise<HttpAnswer>,
  options: Pick<Route, 'bodyLimit'> = {},
): Route => ({ ...placeOf(signature), run, ...options })

/** A route for callers with a token, which `admit` judges before anything of the body is read. */
export const bearerRoute = <Caller>(
  signature: Signature,
  admit: (request: HttpRequest) => Promise<Admitted<Caller>>,
  run: (request: HttpRequest, caller: Caller) => Promise<HttpAnswer>,
  options: Pick<Route, 'bodyLimit'> = {},
): Route => ({
  ...placeOf(signature),
  admit,
  run: (request, caller) => run(request, caller as Caller),
  ...options,
})

function placeOf(signature: Signature): Pick<Route, 'verb' | 'path'> {
  const [verb, path] = signature.split(' ') as [Verb, string]
  return { verb, path }
}

/** The token of an `Authorization: Bearer` header, if there is one. */
export const bearerOf = (request: HttpRequest): string | undefined =>
  /^bearer +([\w.~+/=-]+)$/i.exec(request.headers.authorization?.trim() ?? '')?.[1]
