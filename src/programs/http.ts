import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerFactory,
} from 'fastify'
import type { Connection } from '../core/connections/connection.ts'
import type { Admitted, HttpAnswer, HttpRequest, HttpService, Route } from '../core/http.ts'
import type { Log } from '../core/log.ts'
import { networkOf } from '../core/network.ts'
import { refuse } from '../core/refusal.ts'
import type { World } from '../core/world.ts'
import { Bodies, CALLERS_BODY, hasBody, readBody, STRANGERS_BODY } from './http/body.ts'
import { ConnectionUse } from './http/connection-use.ts'
import { BrokenRequests, expectedRefusal, plainFailure } from './http/refusals.ts'

/** The target of a request, and the host name by which the client reached this server. */
interface RequestTarget {
  /** In origin form (RFC 9112 §3.2.1), without a fragment. */
  readonly url: string
  readonly query: URLSearchParams
  /** `https://host:port`; undefined if the request has no valid host. */
  readonly base: string | undefined
  /** RFC 9112 §3.2: whether Host is missing from an HTTP/1.1 request, or was sent more than once. */
  readonly ambiguous: boolean
}

const LONGEST_PARAMETER = 2048
const noBody = new Uint8Array()
/** The defaults of the settings. */
const usual = {
  octets: 256 * 1024 * 1024,
  timeout: 30_000,
  settings: { octets_per_second: 16 * 1024, wait_seconds: 30 },
}

/** Milliseconds for the headers of a request, for a whole request, between two requests, and without any data. */
const TIMEOUTS = { headersTimeout: 30_000, requestTimeout: 300_000, keepAliveTimeout: 65_000, timeout: 120_000 }
/** Milliseconds in which the server still reads and drops a refused body. */
const DISCARD = 10_000
/** Milliseconds after which the token is checked again, because the body took so long. */
const STALE = 1000

/** Options of the HTTPS server: the service itself refuses a missing Host, and slow clients are found soon. */
export const serverOptions = { requireHostHeader: false, connectionsCheckingInterval: 5000 }

/**
 * The one adapter between our routes, which are data, and fastify.
 * `base` is the server's own URL, for requests whose Host header is not a host.
 */
export function createHttp(deps: {
  services: readonly HttpService[]
  world: World
  log: Log
  base: () => string
  /** `https.public_url`: the base of links in every answer, whatever Host a proxy sends. */
  publicUrl?: string | undefined
  bodies?: Bodies
  /** The counted connection of a request. */
  connectionOf?: (socket: Socket) => Connection | undefined
  serverFactory?: FastifyServerFactory
}): FastifyInstance {
  const { services, world } = deps
  const adapter = new Adapter(deps)
  const broken = new BrokenRequests(world)
  const app = fastify({
    genReqId: () => world.guid(),
    return503OnClosing: false,
    routerOptions: { caseSensitive: false, ignoreTrailingSlash: true, maxParamLength: LONGEST_PARAMETER },
    rewriteUrl: (raw) => adapter.arrived(raw),
    frameworkErrors: (thrown, request, reply) => void adapter.fail(thrown, request as FastifyRequest, reply),
    clientErrorHandler: (thrown, socket) => broken.answer(thrown, socket),
    ...(deps.serverFactory ? { serverFactory: deps.serverFactory } : { http: serverOptions }),
  })

  // fastify does not set these on a server that it did not create.
  Object.assign(app.server, TIMEOUTS)
  broken.watch(app.server)
  // A client that sends "Expect: 100-continue" gets "100 Continue" when the body is read. Other expectations are
  // ignored.
  const expecting = (raw: IncomingMessage, answer: ServerResponse): void => {
    adapter.expecting.add(raw)
    app.server.emit('request', raw, answer)
  }
  app.server.on('checkContinue', expecting)
  app.server.on('checkExpectation', (raw, answer) => void app.server.emit('request', raw, answer))

  // The handler reads the body, after the caller was admitted.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  app.setNotFoundHandler((request, reply) => adapter.fail(undefined, request, reply))
  app.setErrorHandler((thrown, request, reply) => adapter.fail(thrown, request, reply))
  for (const service of services) {
    for (const route of service.routes) {
      app.route({
        method: route.verb,
        url: route.path,
        handler: (from, reply) => adapter.serve(route, from, reply),
      })
    }
  }
  return app
}

/** Facts about a request that fastify does not keep. */
interface Arrival extends RequestTarget {
  readonly from: string
  /** Empty until it has been read. */
  body: Uint8Array
}

class Adapter {
  /** Requests whose clients wait for "100 Continue" before they send a body. */
  readonly expecting = new WeakSet<IncomingMessage>()
  readonly #services: readonly HttpService[]
  readonly #world: World
  readonly #log: Log
  readonly #base: () => string
  readonly #publicUrl: string | undefined
  readonly #bodies: Bodies
  readonly #connectionOf: (socket: Socket) => Connection | undefined
  readonly #arrivals = new WeakMap<IncomingMessage, Arrival>()

  constructor(deps: {
    services: readonly HttpService[]
    world: World
    log: Log
    base: () => string
    publicUrl?: string | undefined
    bodies?: Bodies
    connectionOf?: (socket: Socket) => Connection | undefined
  }) {
    this.#services = deps.services
    this.#world = deps.world
    this.#log = deps.log
    this.#base = deps.base
    this.#publicUrl = deps.publicUrl
    this.#connectionOf = deps.connectionOf ?? (() => undefined)
    this.#bodies = deps.bodies ?? new Bodies({ world: deps.world, ...usual })
  }

  /** Inspects a request before it is routed. Returns the URL for the routes. */
  arrived(raw: IncomingMessage): string {
    const { url } = this.#arrivalOf(raw)
    return this.#ownerOf(pathOf(url))?.rewrite?.(url) ?? url
  }

  /** Admits the caller, reads the body, runs the route. */
  async serve(route: Route, from: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const requested = this.#requestOf(from)
    // RFC 9112 §3.2
    if (this.#arrivalOf(from.raw).ambiguous) refuse('bad-syntax', 'A request must have exactly one Host header')
    const use = new ConnectionUse(this.#connectionOf(from.raw.socket), reply.raw)
    await use.turn()
    const admitted = await route.admit?.(requested)
    if (admitted) use.admitted(admitted.id)
    const began = this.#world.elapsed()
    const body = await this.#bodyOf(route, from, reply, admitted)
    this.#arrivalOf(from.raw).body = body
    const stale = this.#world.elapsed() - began > STALE
    const current = stale ? await route.admit?.(requested) : admitted
    const answer = await route.run({ ...requested, body }, current?.caller)
    if (answer.accepted) use.accepted()
    return this.#send(reply, answer)
  }

  /** Answers with the failure that was thrown, or with "no such route". */
  async fail(thrown: unknown, from: FastifyRequest, reply: FastifyReply): Promise<void> {
    const request = this.#requestOf(from)
    const refusal = expectedRefusal(thrown)
    if (thrown !== undefined && !refusal) request.log.error({ err: thrown, path: request.path }, 'A request failed')
    const answer = this.#failureOf(refusal ?? thrown, request)
    const status = Number(refusal?.detail.http ?? answer.status)
    // RFC 9110 §10.2.3
    const later = status === 503 || status === 429 ? { 'retry-after': '1' } : {}
    await this.#send(reply, { ...answer, status, headers: { ...later, ...answer.headers } })
  }

  #failureOf(thrown: unknown, request: HttpRequest): HttpAnswer {
    try {
      return this.#ownerOf(request.path)?.failure(thrown, request) ?? plainFailure(thrown)
    } catch (fault) {
      request.log.error({ err: fault, path: request.path }, 'A refusal could not be written as an answer')
      return plainFailure(fault)
    }
  }

  #arrivalOf(raw: IncomingMessage): Arrival {
    const known = this.#arrivals.get(raw)
    if (known) return known
    // A closed connection has no address any more.
    const from = (raw.socket.remoteAddress ?? '').replace(/^::ffff:/, '')
    const arrival = { ...targetOf(raw), from, body: noBody }
    this.#arrivals.set(raw, arrival)
    return arrival
  }

  #ownerOf(path: string): HttpService | undefined {
    return this.#services.find((it) => it.owns(path))
  }

  #requestOf(from: FastifyRequest): HttpRequest {
    const { query, base, body, from: address } = this.#arrivalOf(from.raw)
    return {
      method: from.method,
      path: pathOf(from.url),
      params: (from.params ?? {}) as Record<string, string>,
      query,
      headers: from.headers as HttpRequest['headers'],
      body,
      from: address,
      base: this.#publicUrl ?? base ?? this.#base(),
      id: from.id,
      log: new RequestLog(this.#log, from.id),
    }
  }

  /** The memory of the body is released when the request has been answered. */
  async #bodyOf(
    { verb, admit, bodyLimit }: Route,
    { raw }: FastifyRequest,
    reply: FastifyReply,
    admitted: Admitted | undefined,
  ): Promise<Uint8Array> {
    const octets = bodyLimit ?? (admit ? CALLERS_BODY : STRANGERS_BODY)
    if (octets === 0 || verb === 'GET' || verb === 'OPTIONS' || !hasBody(raw)) return noBody
    let left: AbortController | undefined
    // Created when a body waits for memory, which is rare.
    const gone = (): AbortSignal => (left ??= new AbortController()).signal
    const body = admitted
      ? this.#bodies.ofCaller(admitted.id, gone)
      : this.#bodies.ofUnauthenticated(networkOf(this.#arrivalOf(raw).from), gone)
    const over = (): void => {
      body.drop()
      left?.abort()
    }
    reply.raw.on('finish', over).on('close', over)
    if (this.expecting.delete(raw)) reply.raw.writeContinue()
    const timeout = octets > CALLERS_BODY ? undefined : this.#bodies.timeout
    return readBody(raw, { octets, timeout }, body, this.#world)
  }

  async #send(reply: FastifyReply, answer: HttpAnswer): Promise<FastifyReply> {
    reply.code(answer.status)
    if (answer.headers) reply.headers(answer.headers)
    this.#discardRest(reply)
    const { body } = answer
    if (body === undefined) return reply.send()
    if (typeof body === 'string') return reply.send(body)
    if (body instanceof Uint8Array) return reply.send(Buffer.from(body.buffer, body.byteOffset, body.byteLength))
    if (Symbol.asyncIterator in body) return reply.send(Readable.from(body))
    if (!reply.hasHeader('content-type')) reply.header('content-type', 'application/json; charset=utf-8')
    return reply.send(JSON.stringify(body))
  }

  /**
   * Reads and drops the rest of a body for a moment: closing the connection at once would take the answer
   * back from a client that is still sending (RFC 9112 §9.6).
   */
  #discardRest(reply: FastifyReply): void {
    const { raw } = reply.request
    if (raw.complete || raw.readableEnded || !hasBody(raw)) return
    // RFC 9110 §10.1.1: a client that waits for "100 Continue" can send the body now or not at all.
    if (this.expecting.has(raw)) reply.header('connection', 'close')
    reply.raw.on('finish', () => {
      if (raw.complete || raw.readableEnded) return
      const stop = this.#world.after(DISCARD, () => raw.destroy())
      raw.on('end', stop).on('close', stop).on('error', stop)
      raw.resume()
    })
  }
}

/** Adds the id of the request to its log lines. Most requests log nothing. */
class RequestLog implements Log {
  readonly #log: Log
  readonly #id: string
  #own: Log | undefined

  constructor(log: Log, id: string) {
    this.#log = log
    this.#id = id
  }

  debug(fields: object, text: string): void {
    this.#named().debug(fields, text)
  }

  info(fields: object, text: string): void {
    this.#named().info(fields, text)
  }

  warn(fields: object, text: string): void {
    this.#named().warn(fields, text)
  }

  error(fields: object, text: string): void {
    this.#named().error(fields, text)
  }

  child(fields: object): Log {
    return this.#named().child(fields)
  }

  #named(): Log {
    return (this.#own ??= this.#log.child({ request: this.#id }))
  }
}

/** The parts of a node:http request that name its target. */
interface RequestHead {
  readonly url?: string | undefined
  readonly httpVersion: string
  /** Alternating names and values, as sent. */
  readonly rawHeaders: readonly string[]
}

/** Reads the request line and Host. No input makes it throw. */
export function targetOf({ url = '/', httpVersion, rawHeaders }: RequestHead): RequestTarget {
  const hosts = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]!.toLowerCase() === 'host')
  // RFC 9112 §3.2.2: the authority of an absolute-form target replaces Host.
  const [, authority, rest] = /^https?:\/\/([^/?#]*)(.*)$/is.exec(url) ?? []
  const [origin = ''] = (rest ?? url).split('#', 1)
  const own = rest === undefined || origin.startsWith('/') ? origin : `/${origin}`
  return {
    url: own,
    query: new URLSearchParams(own.includes('?') ? own.slice(own.indexOf('?') + 1) : ''),
    base: baseOf(authority ?? hosts[0] ?? ''),
    ambiguous: hosts.length > 1 || (hosts.length === 0 && httpVersion === '1.1'),
  }
}

const pathOf = (url: string): string => url.split('?', 1)[0]!

const hostShape = /^([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i

function baseOf(host: string): string | undefined {
  const base = `https://${host}`
  // Ports above 65535 and invalid IPv4 addresses match the pattern, but are not hosts.
  return hostShape.test(host) && URL.canParse(base) ? base : undefined
}
